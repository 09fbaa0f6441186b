import { Button } from 'antd';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/**
 * Asks above the page; the browser's own dialog keeps the focus inside and ends by Escape. That of the component
 * library adds style sheets without the page's nonce, which its policy refuses. What has begun cannot be called off: who
 * could leave would find the end of the act closing what they opened next.
 */
export function Dialog({
  title,
  okText,
  isBusy,
  isOkOff = false,
  isGrave = false,
  formId,
  onOk,
  onCancel,
  children,
}: {
  title: string;
  okText: string;
  isBusy: boolean;
  /** The act cannot be taken yet. */
  isOkOff?: boolean;
  /** The act takes something away, or interrupts. */
  isGrave?: boolean;
  /** The form inside that the act submits, in the place of `onOk`. */
  formId?: string;
  onOk?: () => void;
  onCancel: () => void;
  children: ReactNode;
}) {
  const { cancel } = useWords(shellWords);
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Ended while it is still in the page, so that the focus goes back to where it came from.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      closedby={isBusy ? 'none' : 'closerequest'}
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) onCancel();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      <div className="stack">{children}</div>
      <p className="acts">
        <Button disabled={isBusy} onClick={onCancel}>
          {cancel}
        </Button>
        <Button
          type="primary"
          danger={isGrave}
          loading={isBusy}
          disabled={isOkOff}
          onClick={onOk}
          {...(formId !== undefined && { htmlType: 'submit', form: formId })}
        >
          {okText}
        </Button>
      </p>
    </dialog>
  );
}
