import { type KeyboardEvent, useId, useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { type Command, matchCommands } from './match-commands.ts';
import { paletteMessages } from './palette-messages.ts';
import './palette.css';

type CommandPaletteProps = {
  readonly commands: readonly Command[];
  readonly onSearchHistory: (text: string) => void;
  readonly onClose: () => void;
};

/** Everything by typing: a combobox after the ARIA pattern, so that arrows choose while the text keeps the focus. */
export function CommandPalette({ commands, onSearchHistory, onClose }: CommandPaletteProps) {
  const words = useMessages(paletteMessages);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const search: Command[] = text.trim()
    ? [
        {
          key: 'search',
          label: words.searchHistory(text.trim()),
          icon: 'search',
          run: () => onSearchHistory(text.trim()),
        },
      ]
    : [];
  const options = [...matchCommands(commands, text), ...search];
  const at = Math.min(chosen, options.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((at + step + options.length) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(options[at]);
    }
  };
  return (
    <Sheet title={words.title} onClose={onClose}>
      <div className="palette">
        <input
          className="input"
          role="combobox"
          aria-label={words.placeholder}
          aria-expanded="true"
          aria-controls={`${id}-options`}
          aria-activedescendant={options[at] ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          placeholder={words.placeholder}
          // biome-ignore lint/a11y/noAutofocus: it was opened to be typed into
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div className="palette__options" role="listbox" id={`${id}-options`} aria-label={words.title} tabIndex={-1}>
          {options.map((command, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field above has the focus and the keys
            <div
              key={command.key}
              id={`${id}-${index}`}
              className="palette__option"
              role="option"
              aria-selected={index === at}
              onClick={() => run(command)}
            >
              <Icon name={command.icon} />
              <span className="palette__label">{command.label}</span>
              {command.shortcut ? <kbd className="palette__key">{command.shortcut.toUpperCase()}</kbd> : null}
            </div>
          ))}
        </div>
        <p className="text-soft text-small">{words.hint}</p>
      </div>
    </Sheet>
  );
}
