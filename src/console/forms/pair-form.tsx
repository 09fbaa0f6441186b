import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, type ReactNode, useState } from 'react';
import { answer, api } from '../api.ts';
import { CodeScanner, hasCamera } from '../parts/code-scanner.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';

/** Takes the code that a box shows and gives the box to an endpoint. `children`: how the endpoint is chosen. */
export function PairForm({
  endpointId,
  code: given,
  onPaired,
  children,
}: {
  endpointId: number | undefined;
  /** What a scanned address brought along. */
  code?: string | undefined;
  onPaired?: () => void;
  children?: ReactNode;
}) {
  const words = useWords(endpointWords);
  const { message } = App.useApp();
  const [code, setCode] = useState(given?.toUpperCase() ?? '');
  const [isScanning, setScanning] = useState(false);
  const pair = useMutation({
    mutationFn: (json: { code: string; endpointId: number }) =>
      answer(api.endpoints.pairings.claim.$post({ json })),
    onSuccess: (endpoint) => {
      void message.success(words.paired(endpoint.name));
      setCode('');
      onPaired?.();
    },
  });
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (endpointId !== undefined) pair.mutate({ code: code.trim(), endpointId });
  }
  return (
    <form className="pair" onSubmit={onSubmit}>
      <label className="field">
        <span>{words.code}</span>
        <input
          className="big"
          value={code}
          required
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={32}
          onChange={(event) => setCode(event.target.value.toUpperCase())}
        />
        <small>{words.codeHint}</small>
      </label>
      {hasCamera() && (
        <Button aria-expanded={isScanning} onClick={() => setScanning(!isScanning)}>
          {isScanning ? words.stopScan : words.scan}
        </Button>
      )}
      {isScanning && (
        <CodeScanner
          onCode={(found) => {
            setCode(found);
            setScanning(false);
          }}
        />
      )}
      {children}
      {pair.error && <TroubleNote error={pair.error} />}
      <Button type="primary" htmlType="submit" disabled={endpointId === undefined} loading={pair.isPending}>
        {words.pairNow}
      </Button>
    </form>
  );
}
