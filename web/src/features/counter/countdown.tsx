import { useNow } from '../../ui/use-now.ts';

const secondMs = 1_000;

/** Minutes and seconds, rounded up: `0:01` is shown until the last moment. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(Math.ceil(ms / secondMs), 0);
  return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`;
}

type CountdownProps = {
  /** Epoch milliseconds of this device's own clock. */
  readonly endsAt: number;
  readonly children: (time: string) => string;
};

/** How long there is still time. Read out on request, not each second. */
export function Countdown({ endsAt, children }: CountdownProps) {
  const now = useNow(secondMs);
  return (
    <p className="counter-left tabular" role="timer">
      {children(formatCountdown(endsAt - now))}
    </p>
  );
}
