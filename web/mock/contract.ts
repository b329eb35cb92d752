// Holds the double to the contract: every answer and every event is checked against openapi.json, so that it cannot
// drift from the API it stands for. A request body is checked the same way and refused as the API would refuse it.
import { readFileSync } from 'node:fs';

import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';

interface Operation {
  requestBody?: { content: Record<string, { schema: object }>; required?: boolean };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: Record<string, object> };
}

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true, useDefaults: true });
ajv.addSchema({ $id: 'https://api/', components: document.components });

const compiled = new Map<object, ValidateFunction>();
function check(schema: object): ValidateFunction {
  let found = compiled.get(schema);
  if (!found) {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"https://api/#/components/')) as object;
    compiled.set(schema, (found = ajv.compile(absolute)));
  }
  return found;
}

export interface Route {
  operation: Operation;
  parts: Record<string, string>;
}

const routes = Object.entries(document.paths).map(([path, operations]) => ({
  pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  fixed: !path.includes('{'),
  operations,
}));
routes.sort((a, b) => Number(b.fixed) - Number(a.fixed));

/** The operation and its key, such as "GET /api/v1/bots/{bot_id}". */
export function routeOf(method: string, path: string): (Route & { key: string }) | null {
  for (const route of routes) {
    const found = route.pattern.exec(path);
    const operation = route.operations[method.toLowerCase()];
    if (!found || !operation) continue;
    const parts: Record<string, string> = {};
    for (const [name, value] of Object.entries(found.groups ?? {})) parts[name] = decodeURIComponent(value);
    const [template] = Object.entries(document.paths).find(([, operations]) => operations === route.operations) ?? [''];
    return { key: `${method} ${template}`, operation, parts };
  }
  return null;
}

export function answerFaults(operation: Operation, status: number, body: unknown): string | null {
  const content = operation.responses[String(status)]?.content;
  const schema = content?.['application/json']?.schema;
  if (!schema) return content || body === undefined ? null : `no answer ${status} in the contract`;
  const validate = check(schema);
  return validate(body) ? null : ajv.errorsText(validate.errors);
}

export function bodyFaults(operation: Operation, body: unknown): { field: string; detail: string }[] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (!schema || (body == null && !operation.requestBody?.required)) return [];
  const validate = check(schema);
  return validate(body) ? [] : (validate.errors ?? []).map(fault);
}

function fault(error: ErrorObject): { field: string; detail: string } {
  const missing = (error.params as { missingProperty?: string }).missingProperty;
  return { field: missing ? `${error.instancePath}/${missing}` : error.instancePath, detail: error.message ?? 'is not valid' };
}

export function eventFaults(event: string, told: unknown): string | null {
  const schema = document.webhooks[event]?.post.requestBody?.content['application/json']?.schema;
  if (!schema) return `no event ${event} in the contract`;
  const validate = check(schema);
  return validate(told) ? null : ajv.errorsText(validate.errors);
}
