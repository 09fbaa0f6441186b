import type { Ms } from '../base/units.ts';
import type { Message } from './message.ts';

/** Sends one mail. @throws when the server did not take it */
export interface Mailer {
  send(mail: { readonly to: string; readonly message: Message; readonly deliveryId: number }): Promise<void>;
}

const WITHIN_MS: Ms = 20_000;

/**
 * Opens the way to the mail server that configuration names (`smtp://` or `smtps://`, with user and password).
 * The Message-ID follows from the delivery, so that a mail that had to be sent again is known as the same.
 */
export function mailer(smtpUrl: string, from: string): Mailer {
  const host =
    from
      .split('@')
      .at(-1)
      ?.replace(/[^a-z0-9.-]/gi, '') || 'beacon-tower';
  return {
    async send({ to, message, deliveryId }) {
      // Loaded with the first mail: a server at rest stays small.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        url: smtpUrl,
        connectionTimeout: WITHIN_MS,
        greetingTimeout: WITHIN_MS,
        socketTimeout: WITHIN_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        const { accepted } = await transport.sendMail({
          from,
          to: to.split(',').map((one) => one.trim()),
          subject: message.title,
          text: `${message.lines.join('\n')}\n`,
          messageId: `<delivery-${deliveryId}@${host}>`,
          ...(message.attachment && {
            attachments: [
              {
                filename: message.attachment.name,
                content: message.attachment.text,
                contentType: 'text/csv; charset=utf-8',
              },
            ],
          }),
        });
        if (accepted.length === 0) throw new Error('the mail server took none of the addresses');
      } finally {
        transport.close();
      }
    },
  };
}
