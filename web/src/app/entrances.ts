import { screen } from './screen.ts';

/** The welcome has more to show and nothing to type into. */
export const WelcomeScreen = screen(async () => (await import('../features/session/welcome-screen.tsx')).WelcomeScreen);
export const RegisterScreen = screen(
  async () => (await import('../features/session/register-screen.tsx')).RegisterScreen,
);
export const RestoreScreen = screen(async () => (await import('../features/session/restore-screen.tsx')).RestoreScreen);
export const RescueScreen = screen(async () => (await import('../features/session/rescue-screen.tsx')).RescueScreen);
/** What is behind the gate, fetched when a wallet opens. */
export const Inside = screen(async () => (await import('./inside.tsx')).Inside);
