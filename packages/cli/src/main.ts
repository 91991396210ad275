import packageFacts from '../package.json' with { type: 'json' };

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === '--version') {
  // Before anything else is loaded: scripts ask this often.
  process.stdout.write(`${packageFacts.version}\n`);
} else {
  const { startProgram } = await import('./start.ts');
  await startProgram(words);
}
