/** What a template may begin with. */
export const examples = {
  service_config_template: 'lvm:\n  enabled: @LVM@\n',
  application_config_template: 'config:\n  user.ui.title: @TITLE@\n',
} as const;
