/** The part of autocannon (npm, no types of its own) that the benchmarks use. */
declare module 'autocannon' {
  type Request = {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  type Options = {
    readonly url: string;
    readonly connections: number;
    /** Seconds, whole ones. */
    readonly duration: number;
    readonly requests: readonly (Pick<Request, 'method' | 'path'> & {
      readonly setupRequest: (request: Request) => Request;
    })[];
  };
  type Result = { readonly '2xx': number; readonly non2xx: number; readonly errors: number; readonly duration: number };

  export default function autocannon(options: Options): Promise<Result>;
}
