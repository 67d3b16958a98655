import { useEffect, useEffectEvent, useState } from 'react';

type Takers = {
  /** @returns whether it was dealt with, and must not stand in a field as well. */
  readonly onText: (text: string) => boolean;
  readonly onPicture: (file: Blob) => void;
};

/**
 * Takes what is pasted anywhere on the page, or dropped on it: a picture or text.
 *
 * @returns whether something is held over the page just now.
 */
export function useTaken({ onText, onPicture }: Takers): boolean {
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent((data: DataTransfer): boolean => {
    const picture = Array.from(data.files).find(({ type }) => type.startsWith('image/'));
    if (picture) {
      onPicture(picture);
      return true;
    }
    const text = data.getData('text/plain').trim();
    return text !== '' && onText(text);
  });
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (event.clipboardData && take(event.clipboardData)) event.preventDefault();
    };
    const onDrag = (event: DragEvent) => {
      event.preventDefault();
      setOver(event.type === 'dragover');
    };
    const onDrop = (event: DragEvent) => {
      // The browser would leave the wallet and show the file.
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) take(event.dataTransfer);
    };
    document.addEventListener('paste', onPaste);
    document.addEventListener('dragover', onDrag);
    document.addEventListener('dragleave', onDrag);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('paste', onPaste);
      document.removeEventListener('dragover', onDrag);
      document.removeEventListener('dragleave', onDrag);
      document.removeEventListener('drop', onDrop);
    };
  }, []);
  return isOver;
}
