import { personResponse } from '@feiqian/domain/api/cash';
import { parseEmail, parseHandle } from '@feiqian/domain/identity';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './http.ts';

/** Whether text could name a person: an e-mail or a handle, in full. */
export function isName(text: string): boolean {
  try {
    if (text.trim().startsWith('@') || !text.includes('@')) parseHandle(text);
    else parseEmail(text);
    return true;
  } catch {
    // Still being typed.
    return false;
  }
}

/** Exactly one person by e-mail or handle. Nobody can be searched for by halves. */
export const personQuery = (name: string) =>
  queryOptions({
    queryKey: ['people', name] as const,
    queryFn: ({ signal }) => getJson(`/v1/people?query=${encodeURIComponent(name)}`, personResponse, signal),
    enabled: isName(name),
    retry: false,
  });
