import { getRouteApi, Link } from '@tanstack/react-router';
import { SETTINGS_PARTS } from '../choices.ts';
import { HolidayForm } from '../forms/holiday-form.tsx';
import { SeparationForm } from '../forms/separation-form.tsx';
import { AlertSettingsPart } from '../parts/alert-settings.tsx';
import { AuditLog } from '../parts/audit-log.tsx';
import { Keys } from '../parts/keys.tsx';
import { People } from '../parts/people.tsx';
import { SignInPolicy } from '../parts/sign-in-policy.tsx';
import { SigningKey } from '../parts/signing-key.tsx';
import { Storage } from '../parts/storage.tsx';
import { Templates } from '../parts/templates.tsx';
import { ClosedNote } from '../parts/trouble-page.tsx';
import { useMay } from '../session.tsx';
import { settingsWords } from '../words/settings-words.ts';
import { upkeepWords } from '../words/upkeep-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/settings');
/** The parts that need no administrator. */
const FOR_ALL: ReadonlySet<string> = new Set(['rules', 'templates', 'alerts', 'notifications']);

/** Rules and templates for whoever looks; people and the audit log for administrators. */
export function SettingsPage() {
  const words = useWords(settingsWords);
  const upkeep = useWords(upkeepWords);
  const { part = 'rules' } = route.useSearch();
  const navigate = route.useNavigate();
  const isAdministrator = useMay('administer');
  const parts = SETTINGS_PARTS.filter((one) => isAdministrator || FOR_ALL.has(one));
  return (
    <section className="page">
      <h1>{words.title}</h1>
      <p className="choices">
        {parts.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === part}
            onClick={() => void navigate({ search: { part: one } })}
          >
            {words.parts[one]}
          </button>
        ))}
      </p>
      {part === 'rules' && (
        <>
          <HolidayForm />
          <SeparationForm />
        </>
      )}
      {part === 'templates' && <Templates />}
      {part === 'alerts' && <AlertSettingsPart />}
      {part === 'notifications' && (
        <section className="panel">
          <h2>{upkeep.messages}</h2>
          <p>{upkeep.messagesLead}</p>
          <p>
            <Link className="button" to="/reports/dispatch" search={{}}>
              {upkeep.openDispatch}
            </Link>
          </p>
        </section>
      )}
      {!parts.includes(part) && <ClosedNote needs="administer" />}
      {part === 'signing' && isAdministrator && <SigningKey />}
      {part === 'storage' && isAdministrator && <Storage />}
      {part === 'people' && isAdministrator && (
        <>
          <People />
          <SignInPolicy />
        </>
      )}
      {part === 'keys' && isAdministrator && <Keys />}
      {part === 'audit' && isAdministrator && <AuditLog />}
    </section>
  );
}
