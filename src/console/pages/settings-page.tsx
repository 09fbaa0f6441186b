import { getRouteApi } from '@tanstack/react-router';
import { SETTINGS_PARTS } from '../choices.ts';
import { HolidayForm } from '../forms/holiday-form.tsx';
import { SeparationForm } from '../forms/separation-form.tsx';
import { AuditLog } from '../parts/audit-log.tsx';
import { Keys } from '../parts/keys.tsx';
import { People } from '../parts/people.tsx';
import { Templates } from '../parts/templates.tsx';
import { useMay } from '../session.tsx';
import { settingsWords } from '../words/settings-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/settings');
/** The parts that need no administrator. */
const FOR_ALL: ReadonlySet<string> = new Set(['rules', 'templates']);

/** Rules and templates for whoever looks; people and the audit log for administrators. */
export function SettingsPage() {
  const words = useWords(settingsWords);
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
      {part === 'people' && isAdministrator && <People />}
      {part === 'keys' && isAdministrator && <Keys />}
      {part === 'audit' && isAdministrator && <AuditLog />}
    </section>
  );
}
