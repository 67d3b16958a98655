/**
 * The gateway's definitive no to a request, as its API words it.
 * 422 means: nothing exists under this number and this request will never be accepted.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}
