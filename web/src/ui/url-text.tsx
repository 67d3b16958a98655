import { Fragment } from 'react';

/** An address of the web that breaks where its parts end, and is copied as it is. */
export function UrlText({ url }: { readonly url: string }) {
  return url.split(/(?<=[^/:]\/|[?&=])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one address have no other order
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}
