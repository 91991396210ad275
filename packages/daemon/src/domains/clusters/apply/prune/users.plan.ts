/** Reads the URLs by which Incus says what uses a thing. */
type Used = { collection: string; names: readonly string[]; project: string; target: string | null };

function read(url: string): Used {
  const { pathname, searchParams } = new URL(url, 'https://incus');
  const [, , collection = '', ...names] = pathname.split('/').map(decodeURIComponent);
  return { collection, names, project: searchParams.get('project') ?? 'default', target: searchParams.get('target') };
}

/** The keys under which the user, or what it goes with, would be an item. */
export function keysOfUser(url: string): string[] {
  const { collection, names, project } = read(url);
  const name = names[0] ?? '';
  if (collection === 'projects') return [`project/${name}`];
  if (collection === 'certificates') return [`certificate/${name.slice(0, 12)}`];
  if (collection === 'networks') return [`network/${project}/${name}`];
  if (collection !== 'profiles') return [];
  // A profile `default` goes with its project.
  return name === 'default' ? [`project/${project}`] : [`profile/${project}/${name}`];
}

const words: Readonly<Record<string, string>> = {
  instances: 'instance',
  profiles: 'profile',
  networks: 'network',
  images: 'image',
  projects: 'project',
  certificates: 'certificate',
};

/** `profile web (project team)`, `storage volume local/data on server1`. */
export function nameOfUser(url: string): string {
  const { collection, names, project, target } = read(url);
  const [first = '', , , last] = names;
  const isVolume = collection === 'storage-pools' && names[1] === 'volumes' && last !== undefined;
  const what = isVolume ? `storage volume ${first}/${last}` : `${words[collection] ?? collection} ${names.join('/')}`;
  const place = `${project === 'default' ? '' : ` (project ${project})`}${target === null ? '' : ` on ${target}`}`;
  return `${collection === 'images' || collection === 'certificates' ? what.slice(0, 24) : what}${place}`;
}

/** Of a project: its own profile `default` is part of it. */
export const isOwnProfile = (url: string, project: string): boolean => {
  const { collection, names, project: of } = read(url);
  return collection === 'profiles' && names[0] === 'default' && of === project;
};
