/** What the files of the documentation begin with. */
export const examples = {
  services: `# What IncusOS provides on each server. LVM ids are given by Operations Center.
lvm:
  enabled: true
nvme:
  enabled: true
  targets:
    - transport: tcp
      address: 192.168.1.100
      port: 8009
`,
  application: `# What Incus itself is to be: a preseed. Pool "local" and network "incusbr0" are made anyway.
config:
  user.ui.title: My wonderful cluster
profiles:
  - name: small
    config:
      limits.cpu: "1"
      limits.memory: 1GiB
`,
} as const;
