import { Select } from 'antd';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** Chooses one of many by typing a part of its name; whoever uses it has the server look for what is typed. */
export function SearchedChoice({
  label,
  none,
  value,
  nameOfValue,
  found,
  typed,
  onType,
  onChoose,
  mayClear = false,
}: {
  label: string;
  /** What stands there while none is chosen. */
  none?: string;
  value: number | null;
  /** How the chosen one is called where it is not among those found. */
  nameOfValue: string;
  found: {
    readonly options: { readonly value: number; readonly label: string }[];
    readonly isFetching: boolean;
  };
  typed: string;
  onType: (typed: string) => void;
  /** Null: it was cleared. */
  onChoose: (id: number | null) => void;
  mayClear?: boolean;
}) {
  const { clear } = useWords(shellWords);
  const { options, isFetching } = found;
  const isListed = value === null || options.some((option) => option.value === value);
  return (
    <div className="field">
      <span aria-hidden="true">{label}</span>
      <Select
        showSearch={{ filterOption: false, searchValue: typed, onSearch: onType }}
        aria-label={label}
        // Above a dialog, only what is inside it can be seen and clicked.
        getPopupContainer={(field) => field.closest('dialog') ?? document.body}
        allowClear={mayClear && { label: clear }}
        placeholder={none}
        value={value}
        loading={isFetching}
        options={isListed ? options : [{ value, label: nameOfValue }, ...options]}
        onChange={(id) => onChoose(id ?? null)}
      />
    </div>
  );
}
