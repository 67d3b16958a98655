import { type ErrorCode, isAppError } from '@feiqian/domain/errors';

/** The code of an error; anything that is not one of ours is a bug and reads as INTERNAL. */
export function codeOf(error: unknown): ErrorCode {
  return isAppError(error) ? error.code : 'INTERNAL';
}
