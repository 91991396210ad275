import type { ItemOfKind } from '../application-items.ts';
import { assignments, block, heredoc, heredocValue, listOf, mapOf, quote } from './hcl.ts';
import { gate, one, post, type Rendered, type Resource, render, resource } from './resource.ts';
import { codeOf, heldOf, settingsOf } from './settings.ts';
import type { TerraformSite } from './site.ts';

/** Kinds that are one object for the whole cluster. */

export function projects(items: readonly ItemOfKind<'project'>[], site: TerraformSite): Rendered {
  const all = items.map(({ name, about, body }) => {
    const config = settingsOf(body.config, about, site.secrets);
    return resource(
      'incus_project',
      site.nameOf('incus_project', name),
      [titles(name, body.description), mapOf('config', codeOf(config), ','), listOf('depends_on', [])],
      one({ name, description: body.description, remote: null, config: heldOf(config) }),
    );
  });
  return render([...all, gate('projects', all)]);
}

export function profiles(items: readonly ItemOfKind<'profile'>[], site: TerraformSite): Rendered {
  const all = items.map((item) => {
    const { name, project, about, body } = item;
    const config = settingsOf(body.config, about, site.secrets);
    const devices = Object.entries(body.devices)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([device, { type = '', ...given }]) => ({
        device,
        type,
        properties: settingsOf(given, `${about} device ${device}`, site.secrets),
      }));
    return resource(
      'incus_profile',
      site.nameOf('incus_profile', inProject(project), name),
      [
        titles(name, body.description),
        projectLine(project),
        mapOf('config', codeOf(config), ','),
        ...devices.map(({ device, type, properties }) =>
          block('device', [
            `${assignments([
              ['name', quote(device)],
              ['type', quote(type)],
            ])}${mapOf('properties', codeOf(properties))}`,
          ]),
        ),
        listOf('depends_on', [post('storage_pools'), post('projects'), post('networks')]),
      ],
      one({
        name,
        description: body.description,
        project,
        remote: null,
        config: heldOf(config),
        device: devices.map(({ device, type, properties }) => ({
          name: device,
          type,
          properties: heldOf(properties),
        })),
      }),
    );
  });
  return render([...all, gate('profiles', all)]);
}

export function certificates(items: readonly ItemOfKind<'certificate'>[], site: TerraformSite): Rendered {
  if (items.length === 0) return { text: '', held: [] };
  const all = items.map(({ name, fingerprint, body }) => {
    const { description, restricted, type, projects: limited, certificate } = body;
    return resource(
      'incus_certificate',
      site.nameOf('incus_certificate', name || `certificate-${fingerprint.slice(0, 12)}`),
      [
        assignments([
          ['name', quote(name)],
          ['description', quote(description)],
          ['restricted', String(restricted)],
          ['type', quote(type)],
        ]),
        limited.length === 0 ? 'projects = null\n' : listOf('projects', limited.map(quote)),
        assignments([['certificate', heredoc(certificate)]]),
        listOf('depends_on', []),
      ],
      one({
        name,
        description,
        restricted,
        type,
        projects: limited,
        certificate: heredocValue(certificate),
        fingerprint,
        remote: null,
      }),
    );
  });
  return render([...all, gate('certificates', all)]);
}

export function clusterGroups(items: readonly ItemOfKind<'cluster-group'>[], site: TerraformSite): Rendered {
  if (items.length === 0) return { text: '', held: [] };
  const all = items.flatMap(({ name, about, body }): Resource[] => {
    const config = settingsOf(body.config, about, site.secrets);
    const group = resource(
      'incus_cluster_group',
      site.nameOf('incus_cluster_group', name),
      [titles(name, body.description), mapOf('config', codeOf(config), ','), listOf('depends_on', [])],
      one({ name, description: body.description, remote: null, config: heldOf(config) }),
    );
    const members = (body.members ?? []).map((member) =>
      resource(
        'incus_cluster_group_member',
        site.nameOf('incus_cluster_group_member', name, member),
        [
          assignments([
            ['cluster_group', `${group.head.join('.')}.name`],
            ['member', quote(member)],
          ]),
        ],
        one({ cluster_group: name, member, remote: null }),
      ),
    );
    return [group, ...members];
  });
  return render([...all, gate('cluster_groups', all)]);
}

const titles = (name: string, description: string): string =>
  assignments([
    ['name', quote(name)],
    ['description', quote(description)],
  ]);

/** The default project goes without saying. */
export const inProject = (project: string): string => (project === 'default' ? '' : project);
export const projectLine = (project: string): string =>
  project === 'default' ? '' : assignments([['project', quote(project)]]);
