/** Where words are typed by which a list is narrowed. */
export function SearchField({
  label,
  value,
  onType,
}: {
  label: string;
  value: string;
  onType: (typed: string) => void;
}) {
  return (
    <search className="filters">
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={({ target }) => onType(target.value)}
      />
    </search>
  );
}
