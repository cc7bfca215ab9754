/** Writes docs/api.md from docs/openapi.yaml; with `--check` only says whether it is up to date. @module */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const target = join(root, 'docs/api.md');
const api = parse(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8'));
const methods = ['get', 'post', 'put', 'patch', 'delete'];

const text = [head(), ...Object.entries(api.paths).flatMap(operations), credentials()].join('\n\n');

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== `${text}\n`) {
    console.error('docs/api.md is not what docs/openapi.yaml says: node scripts/write-api-doc.js');
    process.exit(1);
  }
} else {
  writeFileSync(target, `${text}\n`);
}

function head() {
  const [{ url }] = api.servers;
  return [
    '# The machine API',
    'Generated from [openapi.yaml](openapi.yaml) by `node scripts/write-api-doc.js`; a test compares that file with\nthe running server.',
    api.info.description.trim().replace('`/_auth/api/v1`', `\`${url}\``),
  ].join('\n\n');
}

function operations([path, item]) {
  return methods
    .filter((method) => item[method])
    .map((method) => operation(method.toUpperCase(), path, item[method]));
}

function operation(method, path, { summary, description, requestBody, responses }) {
  const parts = [`## ${summary}`, `\`${method} ${path}\``];
  if (description !== undefined) parts.push(description.trim());
  const schema = requestBody?.content['application/json'].schema;
  if (schema !== undefined) parts.push(fields(schema, requestBody.required === true));
  parts.push(answers(responses));
  return parts.join('\n\n');
}

function fields(schema, isRequired) {
  const { properties, required = [] } = resolve(schema);
  const rows = Object.entries(properties).map(([name, property]) => {
    const must = required.includes(name) ? 'yes' : 'no';
    return `| \`${name}\` | ${typeOf(property)} | ${must} | ${property.description ?? ''} |`;
  });
  const title = isRequired ? 'The body:' : 'The body, where there is one:';
  return [title, '', '| Field | Type | Needed | Meaning |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function answers(responses) {
  const rows = Object.entries(responses).map(([status, reference]) => {
    const { description, content } = resolve(reference);
    const schema = content?.['application/json'].schema;
    const body = schema === undefined ? '—' : shape(schema);
    return `| ${status} | ${description} | ${body} |`;
  });
  return ['| Status | When | Body |', '|---|---|---|', ...rows].join('\n');
}

function shape(schema) {
  const resolved = resolve(schema);
  if (resolved.oneOf) return resolved.oneOf.map(shape).join(' or ');
  if (resolved.type === 'array') return `a list of ${shape(resolved.items)}`;
  const keys = Object.entries(resolved.properties).map(([name, { const: fixed }]) =>
    fixed === undefined ? name : `${name}: "${fixed}"`,
  );
  return `\`{${keys.join(', ')}}\``;
}

function credentials() {
  const rows = Object.entries(api.components.securitySchemes).map(
    ([name, { description }]) => `| \`${name}\` | ${description} |`,
  );
  return [
    '## Credentials',
    '',
    'In `Authorization`, or in `Sallyport-Authorization` where the former belongs to somebody else.',
    '',
    '| Scheme | What it is |',
    '|---|---|',
    ...rows,
  ].join('\n');
}

function resolve(node) {
  if (node.$ref === undefined) return node;
  const steps = node.$ref.replace('#/', '').split('/');
  return resolve(steps.reduce((value, step) => value[step], api));
}

function typeOf(property) {
  const { type, items } = resolve(property);
  if (type === 'array') return `list of ${items.type}`;
  return [type].flat().join(' or ');
}
