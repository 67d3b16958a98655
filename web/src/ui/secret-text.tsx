import './secret-text.css';

type SecretTextProps = { readonly label: string; readonly text: string };

/** Something that is shown this once and is to be kept elsewhere; one press selects all of it. */
export function SecretText({ label, text }: SecretTextProps) {
  return (
    <div>
      <p className="field__label">{label}</p>
      <code className="secret-text">{text}</code>
    </div>
  );
}
