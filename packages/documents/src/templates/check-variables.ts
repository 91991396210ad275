import { isBuiltIn } from './built-ins.ts';
import type { Template, TemplateProblem } from './template.ts';
import { isVariableName, namesIn } from './tokens.ts';

/** OC's rules on the variables of a template, in its order and its words: all that is wrong, the first thing first. */
export function checkVariables(template: Template): TemplateProblem[] {
  const services = namesIn(template.service_config_template);
  const application = namesIn(template.application_config_template);
  const isUsed = (name: string) => services.includes(name) || application.includes(name);
  const isKnown = (name: string) => Object.hasOwn(template.variables, name) || isBuiltIn(name);
  const undefinedIn = (names: string[], text: string) =>
    names
      .filter((name) => !isKnown(name))
      .map((name) => ({
        code: 'variable_undefined',
        message: `Variable ${JSON.stringify(name)} used in the ${text} template is not contained in the variable definitions`,
        variable: name,
      }));
  return [
    ...Object.keys(template.variables).flatMap((name) => checkDefinition(name, isUsed(name))),
    ...undefinedIn(services, 'service config'),
    ...undefinedIn(application, 'application config'),
  ];
}

function checkDefinition(name: string, isUsed: boolean): TemplateProblem[] {
  const shown = JSON.stringify(name);
  if (!isVariableName(name)) {
    const message = `Varible ${shown} does not match the expected pattern: letters, digits and _`;
    return [{ code: 'variable_name', message, variable: name }];
  }
  if (isUsed) return [];
  return [
    { code: 'variable_unused', message: `Defined variable ${shown} is not used in any template`, variable: name },
  ];
}
