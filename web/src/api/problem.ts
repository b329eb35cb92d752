// What the API refuses, as RFC 9457 problems, parsed once at this edge. Everything that goes wrong with a request
// becomes a Problem, so that pages know one kind of error.
import { z } from 'zod/mini';

const shape = z.object({
  title: z.string(),
  status: z.number(),
  detail: z._default(z.string(), ''),
  code: z._default(z.string(), 'unknown'),
  field: z.nullish(z.string()),
  errors: z._default(z.array(z.object({ field: z.string(), detail: z.string() })), []),
});

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** JSON pointers to what is at fault, each with what is wrong. */
  readonly fields: readonly { field: string; detail: string }[];

  constructor(status: number, code: string, detail: string, fields: readonly { field: string; detail: string }[] = []) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

export const OFFLINE = 'offline';

export function problemOf(status: number, body: unknown): Problem {
  const read = shape.safeParse(body);
  if (!read.success) {
    const text = status >= 500 ? 'The server could not answer. Try again in a moment.' : `The request was refused (${status}).`;
    return new Problem(status, 'unreadable', text);
  }
  const { detail, title, code, field, errors } = read.data;
  const fields = errors.length > 0 ? errors : field ? [{ field, detail }] : [];
  return new Problem(status, code, detail || title, fields);
}

export function offline(): Problem {
  return new Problem(0, OFFLINE, 'Botswain cannot be reached. Check the connection; what you see may be old.');
}

/** Any thrown thing as a sentence for a person. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error && error.message)) return 'Something went wrong. Try again.';
  return error.message.charAt(0).toUpperCase() + error.message.slice(1);
}
