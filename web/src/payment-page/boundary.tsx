import { Component, type ReactNode } from 'react';
import { Banner } from '../ui/banner.tsx';

type BoundaryState = { readonly hasFailed: boolean };

/** What is left when the page itself fails, such as when a part of it could not be fetched. Its words come with it, in both languages. */
export class Boundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="pay">
        <Banner
          tone="offline"
          title="页面没有打开。 This page did not open."
          action={
            <a className="button button--secondary" href={location.pathname}>
              重新打开 Reload
            </a>
          }
        >
          付过的钱不会丢。 What was paid is not lost.
        </Banner>
      </main>
    );
  }
}
