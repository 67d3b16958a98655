import { AppError } from '@feiqian/domain/errors';
import { describe, expect, it } from 'vitest';
import { createFactorPrompt } from './prompt.ts';

const proof = { kind: 'totp', code: '123456' } as const;
const askPasskey = () => Promise.resolve({});
const asked = (show: () => Promise<string>) => ({ purpose: 'step-up', factors: ['totp'], askPasskey, show }) as const;

describe('asking for a second factor', () => {
  it('answers with what the service says to the right one, after any number of wrong ones', async () => {
    const prompt = createFactorPrompt();
    let tries = 0;
    const answer = prompt.ask(
      asked(async () => {
        tries += 1;
        if (tries < 3) throw new AppError('SECOND_FACTOR_WRONG', 'wrong');
        return 'in';
      }),
    );
    await expect(prompt.get()?.show(proof)).rejects.toMatchObject({ code: 'SECOND_FACTOR_WRONG' });
    await expect(prompt.get()?.show(proof)).rejects.toMatchObject({ code: 'SECOND_FACTOR_WRONG' });
    await prompt.get()?.show(proof);
    expect(await answer).toBe('in');
    expect(prompt.get()).toBeUndefined();
  });

  it('gives up when the person does, and when it is too late', async () => {
    const prompt = createFactorPrompt();
    const left = prompt.ask(asked(async () => 'in'));
    prompt.get()?.cancel();
    await expect(left).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    const late = prompt.ask(asked(() => Promise.reject(new AppError('CHALLENGE_EXPIRED', 'late'))));
    await prompt.get()?.show(proof);
    await expect(late).rejects.toMatchObject({ code: 'CHALLENGE_EXPIRED' });
    expect(prompt.get()).toBeUndefined();
  });

  it('keeps what is asked for until something is there that shows it', async () => {
    const prompt = createFactorPrompt();
    const answer = prompt.ask(asked(async () => 'in'));
    prompt.subscribe(() => undefined);
    await prompt.get()?.show(proof);
    expect(await answer).toBe('in');
  });

  it('asks one after the other, and says so to whoever shows it', async () => {
    const prompt = createFactorPrompt();
    const seen: (string | undefined)[] = [];
    prompt.subscribe(() => seen.push(prompt.get()?.purpose));
    const first = prompt.ask({ ...asked(async () => 'first'), purpose: 'login' });
    const second = prompt.ask(asked(async () => 'second'));
    expect(prompt.get()?.purpose).toBe('login');
    await prompt.get()?.show(proof);
    await prompt.get()?.show(proof);
    expect([await first, await second]).toEqual(['first', 'second']);
    expect(seen).toEqual(['login', 'login', 'step-up', undefined]);
  });
});
