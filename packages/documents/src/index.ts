/** What people write: services and application files, read with positions, checked, completed and compared. Pure. */
export {
  type ApplicationItem,
  type ItemKind,
  type ItemOfKind,
  type ItemsInput,
  listApplicationItems,
} from './application-items.ts';
export { holdsPrivateKey, type ReadCertificate, readCertificate, validityOf } from './certificate.ts';
export { type Change, type Comparison, compareConfig, compareItem, type LiveObject } from './compare-item.ts';
export {
  addDefaults,
  BRIDGE_NETWORK,
  type CompleteNetwork,
  type CompletePreseed,
  INTERNAL_PROJECT,
  LOCAL_POOL,
  MESH_NETWORK,
  type Mesh,
  makeUlaPrefix,
} from './defaults.ts';
export { DEPTH_LIMIT, DOCUMENT_LIMIT_BYTES, type ParsedDocument, parseDocument } from './document.ts';
export { lineDiff } from './line-diff.ts';
export { nearestWord } from './nearest-word.ts';
export { normalisePreseed, parsePreseed } from './preseed.ts';
export type {
  ConfigMap,
  Preseed,
  PreseedCertificate,
  PreseedGroup,
  PreseedNetwork,
  PreseedPool,
  PreseedProfile,
  PreseedProject,
  PreseedVolume,
} from './preseed-shape.ts';
export {
  type Checked,
  formatPath,
  formatProblem,
  NO_FILE,
  type Origin,
  type Path,
  type Problem,
  type Range,
} from './problem.ts';
export { listReferences, namesOf, type Reference } from './references.ts';
export { findJsonSchema, publishedSchemas } from './schemas/catalogue.ts';
export { isKnownKey } from './schemas/config-keys.ts';
export type { JsonSchema } from './schemas/json-schema.ts';
export {
  checkOverrides,
  normaliseOverrides,
  type OverridesOptions,
  overrideServices,
  type ServerOverride,
  type ServerOverrides,
} from './server-overrides.ts';
export {
  normaliseServices,
  parseServices,
  type ServiceConfig,
  type ServicesConfig,
  type ServicesOptions,
} from './services-config.ts';
export {
  type BuiltInFacts,
  type BuiltInName,
  type BuiltIns,
  builtInNames,
  builtInsOf,
  findBuiltIns,
  resolveBuiltIns,
} from './templates/built-ins.ts';
export { checkTemplate, type TemplateReport } from './templates/check-template.ts';
export { type DerivedTemplate, deriveTemplate } from './templates/derive-template.ts';
export { proposeTypes } from './templates/propose-types.ts';
export { textsIn } from './templates/read-values.ts';
export { parseRules, parseVariables } from './templates/read-variables.ts';
export { type Rendered, renderTemplate } from './templates/render-template.ts';
export {
  isTyped,
  type Template,
  type TemplateProblem,
  type TemplateRule,
  type TemplateVariable,
  type TemplateVariables,
  type TemplateWarning,
  variableTypes,
} from './templates/template.ts';
export { schemaOfValues } from './templates/variables-schema.ts';
export { makeTerraform, type TerraformInput, type TextFile } from './terraform/make-terraform.ts';
export { type GivenFile, type Verdict, validateFiles } from './validate-files.ts';
export { writeDocument } from './write-document.ts';
export { writtenApplication, writtenOverrides, writtenServices } from './written-documents.ts';
