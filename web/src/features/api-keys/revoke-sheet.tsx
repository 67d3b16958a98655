import { type ApiKeyWire, apiKeySchema } from '@feiqian/domain/api/api-keys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { apiKeyMessages } from './messages.ts';
import { apiKeysQuery } from './queries.ts';

type RevokeSheetProps = { readonly apiKey: ApiKeyWire; readonly onClose: () => void };

/** Says what stops working before a key is revoked. */
export function RevokeSheet({ apiKey, onClose }: RevokeSheetProps) {
  const words = useMessages(apiKeyMessages);
  const common = useMessages(commonMessages);
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'DELETE', path: `/v1/api-keys/${apiKey.id}`, schema: apiKeySchema }),
    onSuccess: async () => {
      await client.invalidateQueries(apiKeysQuery);
      onClose();
    },
  });
  return (
    <Sheet title={words.revokeTitle(apiKey.name)} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{words.revokeBody}</p>
        {error ? <Failure error={error} effect={words.notRevoked} /> : null}
        <div className="row">
          <Button variant="danger" busy={isPending ? words.revoking : undefined} onClick={() => mutate()}>
            {words.revoke}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
