import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { fetchFile } from '../api.ts';
import { useFormat } from '../format.ts';
import { saveFile } from '../save-as.ts';
import { reportRoomWords } from '../words/report-room-words.ts';
import { useWords } from '../words/use-words.ts';
import { TroubleNote } from './waiting.tsx';

/** One file that can be saved. */
export interface FileOffer {
  /** What the button says. */
  readonly name: string;
  readonly href: string;
  readonly title?: string | undefined;
  /** What it is saved as where the answer names no file. */
  readonly fileName?: string;
}

/** Files to save, one at a time: says how far it is, can be stopped, and says what the server refuses. */
export function Downloads({ label, files }: { label?: string; files: readonly FileOffer[] }) {
  const words = useWords(reportRoomWords);
  const format = useFormat();
  const [running, setRunning] = useState<{ name: string; bytes: number } | null>(null);
  const [trouble, setTrouble] = useState<Error | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  async function fetchOne({ name, href, fileName }: FileOffer): Promise<void> {
    const abort = new AbortController();
    stop.current = abort;
    setTrouble(null);
    setSaved(null);
    setRunning({ name, bytes: 0 });
    try {
      const onBytes = (bytes: number) => setRunning({ name, bytes });
      const file = await fetchFile(href, { signal: abort.signal, onBytes });
      const savedAs = file.name ?? fileName ?? name;
      saveFile(savedAs, file.content);
      setSaved(words.saved(savedAs, format.bytes(file.content.size)));
    } catch (error) {
      if (!abort.signal.aborted) setTrouble(error instanceof Error ? error : new Error(String(error)));
    }
    setRunning(null);
  }
  return (
    <div className="downloads">
      <span className="quiet">{label ?? words.save}</span>
      {files.map((file) => (
        <Button
          key={file.href}
          size="small"
          disabled={running !== null}
          title={file.title}
          onClick={() => void fetchOne(file)}
        >
          {file.name}
        </Button>
      ))}
      <span className="quiet" role="status">
        {running &&
          `${running.name}: ${running.bytes === 0 ? words.making : words.received(format.bytes(running.bytes))}`}
        {running === null && saved}
      </span>
      {running && (
        <Button size="small" onClick={() => stop.current?.abort()}>
          {words.stop}
        </Button>
      )}
      {trouble && <TroubleNote error={trouble} />}
    </div>
  );
}
