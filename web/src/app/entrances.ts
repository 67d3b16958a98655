import { screen } from './screens.ts';

// What somebody who is not in sees first comes with the first load; asking for it would cost a way there and back.
export { LoginScreen } from '../features/session/login-screen.tsx';
export { CompleteScreen, UnlockScreen } from '../features/session/unlock-screen.tsx';

/** The welcome has more to show and nothing to type into. */
export const WelcomeScreen = screen(async () => (await import('../features/session/welcome-screen.tsx')).WelcomeScreen);
/** What is behind the gate, fetched when a wallet opens. */
export const Inside = screen(async () => (await import('./inside.tsx')).Inside);
/** A payment link for somebody who is not in. */
export const PayOutside = screen(async () => (await import('./inside.tsx')).PayOutside);
