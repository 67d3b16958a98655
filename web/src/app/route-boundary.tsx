import { Component, type ReactNode, Suspense } from 'react';
import { Crash } from './mishap-loader.tsx';

type BoundaryProps = {
  readonly children: ReactNode;
  /** A new value, such as the next path, takes the failed screen away. */
  readonly resetKey: string;
  /** Forgets failed reads, so that trying again asks again. */
  readonly onReset?: (() => void) | undefined;
};
type BoundaryState = { readonly error: unknown; readonly failed: boolean; readonly resetKey: string };

/** Keeps a failing screen from taking the others with it. */
export class RouteBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined, failed: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { error, failed: true };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): Partial<BoundaryState> | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, failed: false, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const retry = () => {
      this.props.onReset?.();
      this.setState({ error: undefined, failed: false });
    };
    return (
      <Suspense>
        <Crash error={this.state.error} onRetry={retry} />
      </Suspense>
    );
  }
}
