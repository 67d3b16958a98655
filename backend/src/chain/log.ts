/** Where the chain's leader says what it does: the service's own log, or a test's. Never addresses of nodes, keys or other people's messages. */
export type ChainLog = {
  readonly info: (facts: object, message: string) => void;
  readonly warn: (facts: object, message: string) => void;
  readonly error: (facts: object, message: string) => void;
};
