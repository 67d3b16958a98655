import { Buffer } from 'buffer/';

const realm = globalThis as { Buffer?: unknown };

/**
 * The `Buffer` that the `bip39` package expects to be global, as in Node. Browsers have none, so this realm is given the
 * one of the `buffer` package; under Node (tests) it is Node's own.
 */
export const RealmBuffer = (realm.Buffer ?? Buffer) as typeof Buffer;
realm.Buffer = RealmBuffer;
