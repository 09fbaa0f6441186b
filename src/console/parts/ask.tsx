import { createContext, type ReactNode, useContext, useState } from 'react';
import { Dialog } from './dialog.tsx';

/** An act that is asked about once more before it is taken. */
export interface Question {
  readonly title: string;
  readonly content?: ReactNode;
  readonly okText: string;
  /** It takes something away, or interrupts. */
  readonly isGrave?: boolean;
  /** The question stays until this ends. What fails is told where the act was asked for. */
  readonly onOk: () => Promise<unknown>;
}

const Ask = createContext<((question: Question) => void) | null>(null);

/** Gives everything below it the way to ask once more. */
export function AskProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [isBusy, setBusy] = useState(false);
  function act({ onOk }: Question): void {
    setBusy(true);
    const end = () => {
      setBusy(false);
      setQuestion(null);
    };
    onOk().then(end, end);
  }
  return (
    <Ask value={setQuestion}>
      {children}
      {question && (
        <Dialog
          title={question.title}
          okText={question.okText}
          isGrave={question.isGrave ?? false}
          isBusy={isBusy}
          onOk={() => act(question)}
          onCancel={() => setQuestion(null)}
        >
          {question.content}
        </Dialog>
      )}
    </Ask>
  );
}

/** Asks once more before an act is taken. */
export function useAsk(): (question: Question) => void {
  const ask = useContext(Ask);
  if (ask === null) throw new Error('nobody here can ask');
  return ask;
}
