import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { answer, api } from '../api.ts';
import { DispatchForm } from '../forms/dispatch-form.tsx';
import { Deliveries } from '../parts/deliveries.tsx';
import { DispatchPlans } from '../parts/dispatch-plans.tsx';
import { ReportWays } from '../parts/report-ways.tsx';
import { Found, Nothing } from '../parts/waiting.tsx';
import { plansQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { dispatchWords } from '../words/dispatch-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/reports/dispatch');

/** Reports and roll calls that go out by themselves: to whom, when, and how it went. */
export function DispatchPage() {
  const words = useWords(dispatchWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const maySend = useMay('dispatch');
  const plans = useQuery(plansQuery);
  const deliveries = useQuery({
    queryKey: ['deliveries'],
    queryFn: async () =>
      (await answer(api.dispatch.dispatch.deliveries.$get({ query: { limit: '100' } }))).deliveries,
    refetchInterval: 10_000,
  });
  const isAdding = search.add === true && maySend;
  return (
    <section className="page">
      <ReportWays search={{}} />
      <header>
        <h1>{words.title}</h1>
        <span className="quiet">{words.lead}</span>
        <span className="fill" />
        {maySend && !isAdding && (
          <Button type="primary" onClick={() => void navigate({ search: { add: true } })}>
            {words.add}
          </Button>
        )}
      </header>
      {plans.data?.drill === true && (
        <p className="away" role="status">
          {words.drill}
        </p>
      )}
      {!maySend && <p className="quiet">{words.mayNot}</p>}
      {isAdding && <DispatchForm onDone={() => void navigate({ search: {}, replace: true })} />}
      <Found query={plans} lines={4}>
        {({ plans: all }) =>
          all.length === 0 ? (
            <Nothing>{words.none}</Nothing>
          ) : (
            <DispatchPlans plans={all} deliveries={deliveries.data ?? []} maySend={maySend} />
          )
        }
      </Found>
      <h2>{words.deliveries}</h2>
      <Found query={deliveries} lines={5}>
        {(all) =>
          all.length === 0 ? <Nothing>{words.noDeliveries}</Nothing> : <Deliveries deliveries={all} />
        }
      </Found>
    </section>
  );
}
