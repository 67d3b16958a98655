import type { ReturnAddressWire } from '@feiqian/domain/api/return-addresses';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { nothing, sendJson } from '../../lib/http.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { returnAddressMessages } from './messages.ts';
import { addressesPath, addressesQuery } from './queries.ts';

type RemoveSheetProps = { readonly address: ReturnAddressWire; readonly onClose: () => void };

/** Says what stops working before an address is removed. */
export function RemoveSheet({ address, onClose }: RemoveSheetProps) {
  const words = useMessages(returnAddressMessages);
  const common = useMessages(commonMessages);
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'DELETE', path: `${addressesPath}/${address.id}`, schema: nothing }),
    onSuccess: async () => {
      await client.invalidateQueries(addressesQuery);
      onClose();
    },
  });
  return (
    <Sheet title={words.removeTitle} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p className="return-address__url">{address.url}</p>
        <p>{words.removeBody}</p>
        {error ? <Failure error={error} effect={words.notRemoved} /> : null}
        <div className="row">
          <Button variant="danger" busy={isPending ? words.removing : undefined} onClick={() => mutate()}>
            {words.remove}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
