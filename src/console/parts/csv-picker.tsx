import { Button } from 'antd';
import { useRef } from 'react';

/** A button that has a CSV file chosen; the same file may be chosen again, after it was mended. */
export function CsvPicker({
  label,
  isDisabled = false,
  isPending,
  onPicked,
}: {
  label: string;
  isDisabled?: boolean;
  isPending: boolean;
  onPicked: (file: File) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button disabled={isDisabled} loading={isPending} onClick={() => picker.current?.click()}>
        {label}
      </Button>
      <input
        ref={picker}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={label}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) onPicked(file);
          target.value = '';
        }}
      />
    </>
  );
}
