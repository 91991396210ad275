import { Checkbox, NativeSelect, PasswordInput, Skeleton, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type TemplateVariable, templateQuery, templatesQuery } from '../../data/templates.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import styles from './create.module.css';

/** The two files, or one of the templates. */
export function ChooseTemplate({ value, onChange }: { value: string; onChange(template: string): void }) {
  const { data } = useQuery(templatesQuery());
  if (data === undefined || (data.length === 0 && value === '')) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label="Made from"
      value={value}
      data={[
        { value: '', label: 'From files written here' },
        ...data.map(({ name }) => ({ value: name, label: `From template ${name}` })),
      ]}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** A field for each variable of a template, as its type wants it; what is wrong is shown at the field. */
export function TemplateForm(parts: {
  template: string;
  values: Readonly<Record<string, string>>;
  onChange(values: Record<string, string>): void;
  problems: Readonly<Record<string, string>>;
}) {
  const { template, values, onChange, problems } = parts;
  const { data, error } = useQuery(templateQuery(template));
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton height={160} />;
  return (
    <div className={styles['fields']}>
      {Object.entries(data.variables ?? {}).map(([name, variable]) => (
        <Field
          key={name}
          name={name}
          variable={variable}
          value={values[name] ?? ''}
          problem={problems[name]}
          onChange={(value) => onChange({ ...values, [name]: value })}
        />
      ))}
    </div>
  );
}

type FieldParts = {
  name: string;
  variable: TemplateVariable;
  value: string;
  problem: string | undefined;
  onChange(value: string): void;
};

function Field({ name, variable, value, problem, onChange }: FieldParts) {
  const { title, description, type, enum: choices, secret } = variable;
  const common = { size: 'xs', label: title ?? name, description, error: problem } as const;
  const change = ({ currentTarget }: { currentTarget: { value: string } }): void => onChange(currentTarget.value);
  if (type === 'boolean')
    return (
      <Checkbox
        {...common}
        checked={(value || variable.default) === 'true'}
        onChange={({ currentTarget: { checked } }) => onChange(String(checked))}
      />
    );
  if (choices !== undefined)
    return <NativeSelect {...common} value={value || variable.default} data={[...choices]} onChange={change} />;
  const hint = variable.default !== '' ? variable.default : (variable.example ?? '');
  if (secret === true) return <PasswordInput {...common} value={value} onChange={change} />;
  if (type === 'list' || type === 'map' || type === 'pem')
    return <Textarea {...common} autosize minRows={2} maxRows={8} placeholder={hint} value={value} onChange={change} />;
  return <TextInput {...common} placeholder={hint} value={value} onChange={change} />;
}
