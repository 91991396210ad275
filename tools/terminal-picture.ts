/**
 * Draws what a terminal showed as SVG, readable on light and dark pages. Reads a recording of util-linux' `script`, for
 * example of the tour in README.md:
 *
 *   script -qefc 'stty cols 106; operations-center provisioning cluster add …' tour.log
 *   bin/node24 tools/terminal-picture.ts --until '15 of 29' < tour.log > docs/pictures/creation.svg
 *
 * `--until TEXT` stops at the first frame that shows TEXT, `--from TEXT` leaves out the lines above, `--title TEXT` is
 * what the window is called. Knows the codes that our own programs write: colours, cursor up and across, erase.
 */
import { text as readText } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

type Style = { colour: string; bold: boolean };
type Cell = { character: string; style: Style };
type Screen = { lines: Cell[][]; row: number; column: number; style: Style };

const plain: Style = { colour: 'text', bold: false };
/** Colour numbers of a terminal → classes of the picture. */
const colours: Record<number, string> = { 31: 'red', 33: 'yellow', 34: 'blue', 35: 'magenta', 36: 'cyan', 90: 'dim' };
const cell = { width: 8.43, height: 19 };
const edge = { left: 18, top: 46, bottom: 16 };

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    until: { type: 'string' },
    title: { type: 'string', default: 'operations-center' },
  },
});
process.stdout.write(drawPicture(trimLines(playRecording(withoutFrame(await readText(process.stdin))))));

/** What `script` itself says, before and after. */
function withoutFrame(recording: string): string {
  return recording.replaceAll(/^Script (started|done) on .*\r?\n/gm, '');
}

/** The screen after the recording, or at the first frame that shows `--until`. */
function playRecording(recording: string): Cell[][] {
  const screen: Screen = { lines: [[]], row: 0, column: 0, style: plain };
  let shown = false;
  // The codes of a terminal begin with a control character.
  // oxlint-disable-next-line no-control-regex
  for (const [token] of recording.matchAll(/\x1b\[[\d;?]*[A-Za-z]|[^]/gu)) {
    // A frame begins with a cursor that goes up: until then the one before is whole.
    if (shown && token.startsWith('\x1b') && token.endsWith('A')) break;
    play(screen, token);
    if (values.until !== undefined && token === '\n') shown ||= hasText(screen.lines, values.until);
  }
  return screen.lines;
}

function play(screen: Screen, token: string): void {
  if (token === '\r') screen.column = 0;
  else if (token === '\n') moveTo(screen, screen.row + 1);
  else if (!token.startsWith('\x1b')) putCharacter(screen, token);
  else playCode(screen, token.at(-1) ?? '', token.slice(2, -1));
}

function playCode(screen: Screen, code: string, argument: string): void {
  if (code === 'A') moveTo(screen, Math.max(0, screen.row - Number(argument || 1)));
  if (code === 'G') screen.column = Number(argument || 1) - 1;
  if (code === 'J') screen.lines.splice(screen.row + 1);
  if (code === 'J' || code === 'K') screen.lines[screen.row]?.splice(screen.column);
  if (code === 'm') for (const number of argument.split(';')) screen.style = restyle(screen.style, Number(number));
}

function restyle(style: Style, number: number): Style {
  if (number === 0) return plain;
  if (number === 1) return { ...style, bold: true };
  return { ...style, colour: colours[number] ?? style.colour };
}

function moveTo(screen: Screen, row: number): void {
  screen.row = row;
  while (screen.lines.length <= row) screen.lines.push([]);
}

function putCharacter(screen: Screen, character: string): void {
  if (character < ' ') return;
  const line = (screen.lines[screen.row] ??= []);
  while (line.length < screen.column) line.push({ character: ' ', style: plain });
  line[screen.column] = { character, style: screen.style };
  screen.column += 1;
}

function textOf(line: readonly Cell[]): string {
  return line.map(({ character }) => character).join('');
}

function hasText(lines: readonly Cell[][], wanted: string): boolean {
  return lines.some((line) => textOf(line).includes(wanted));
}

/** From `--from` on, without empty lines at either end. */
function trimLines(lines: readonly Cell[][]): Cell[][] {
  const { from } = values;
  const first = from === undefined ? 0 : lines.findIndex((line) => textOf(line).includes(from));
  if (first < 0) throw new Error(`no line shows "${from}"`);
  const isFull = (line: readonly Cell[]): boolean => textOf(line).trim() !== '';
  const rest = lines.slice(first);
  return rest.slice(rest.findIndex(isFull), rest.findLastIndex(isFull) + 1);
}

function drawPicture(lines: readonly Cell[][]): string {
  const columns = Math.max(60, ...lines.map((line) => textOf(line).trimEnd().length));
  const width = Math.ceil(columns * cell.width + 2 * edge.left);
  const height = edge.top + lines.length * cell.height + edge.bottom;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeText(values.title)}</title>
<style>
.t { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; fill: #d7dde8 }
.b { font-weight: bold; fill: #fff }
.dim { fill: #7d8799 } .red { fill: #ff7b72 } .yellow { fill: #e3b341 } .blue { fill: #6cb6ff } .magenta { fill: #d2a8ff } .cyan { fill: #4fd6be }
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="#161b22" stroke="#57606a"/>
<g fill="#57606a"><circle cx="22" cy="20" r="5.5"/><circle cx="41" cy="20" r="5.5"/><circle cx="60" cy="20" r="5.5"/></g>
<text class="t dim" x="${width / 2}" y="25" text-anchor="middle">${escapeText(values.title)}</text>
${lines.map(drawLine).join('\n')}
</svg>
`;
}

/** Runs of one style are one text, placed by column: whatever font is found, columns stay columns. */
function drawLine(line: readonly Cell[], row: number): string {
  const y = edge.top + row * cell.height + 12;
  const runs: { start: number; text: string; style: Style }[] = [];
  for (const [column, { character, style }] of line.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && last.style.colour === style.colour && last.style.bold === style.bold)
      last.text += character;
    else runs.push({ start: column, text: character, style });
  }
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ start, text, style }) => drawRun(start, text.trimEnd(), style, y))
    .join('');
}

function drawRun(start: number, text: string, { colour, bold }: Style, y: number): string {
  const names = ['t', ...(bold ? ['b'] : []), ...(colour === 'text' ? [] : [colour])].join(' ');
  const x = (edge.left + start * cell.width).toFixed(1);
  const length = (Array.from(text).length * cell.width).toFixed(1);
  return `<text class="${names}" x="${x}" y="${y}" textLength="${length}" xml:space="preserve">${escapeText(text)}</text>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
