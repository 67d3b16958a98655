import type { HistoryEntry } from '@feiqian/domain/api/history';
import { useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { ContactSheet } from '../../lib/address-book/contact-sheet.tsx';
import { changeContact } from '../../lib/address-book/contacts.ts';
import { useEntryBook, wayOfEntry } from '../../lib/address-book/entry-book.ts';
import { useBookKeeper } from '../../lib/address-book/use-address-book.ts';
import { contactMessages } from '../../lib/address-book/words.ts';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';

/** Saves the other side as a contact: a handle at once, an address once it has a name. Leads to it when it is one. */
export function SaveContact({ entry }: { readonly entry: HistoryEntry }) {
  const words = useMessages(contactMessages);
  const { known } = useEntryBook(entry);
  const keeper = useBookKeeper();
  const showToast = useToast();
  const task = useTask();
  const [isOpen, setOpen] = useState(false);
  const way = wayOfEntry(entry);
  if (!way) return null;
  const named = { ...way, label: '' };
  const save = () => {
    // A handle is a name already; an address is none.
    if (way.kind === 'address') return setOpen(true);
    task.run(async () => {
      await keeper.change(changeContact({ id: crypto.randomUUID(), name: way.value, ways: [named] }));
      showToast(words.saved);
    });
  };
  return (
    <div className="row">
      {known ? (
        <ButtonLink href={`/contacts/${known.contact.id}`} icon="user" variant="quiet">
          {words.open}
        </ButtonLink>
      ) : (
        <Button icon="user" onClick={save} busy={task.isPending ? words.saving : undefined}>
          {words.saveAs}
        </Button>
      )}
      {task.error ? <Failure error={task.error} effect={words.notSaved} /> : null}
      {isOpen ? <ContactSheet ways={[named]} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}
