// A refusal as the API says it: RFC 9457, with a stable code and the fields at fault.
export class Refusal extends Error {
  readonly body: Record<string, unknown>;

  constructor(
    readonly status: number,
    code: string,
    detail: string,
    errors: { field: string; detail: string }[] = [],
  ) {
    super(detail);
    this.body = { type: 'about:blank', title: code.replaceAll('_', ' '), status, detail, code, field: errors[0]?.field ?? null, errors };
  }
}

export const unknownOne = (noun: string) => new Refusal(404, 'not_found', `There is no such ${noun}.`);
