import type { UseQueryResult } from '@tanstack/react-query';
import { Compass } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { Problem } from '@/api/problem';
import { sentence } from '@/lib/words';

import { Button } from './button';
import { Card } from './card';
import { Loaded } from './loaded';
import { Page } from './page';
import { Empty, Failed } from './states';

interface LoadedPageProps<Data> {
  query: UseQueryResult<Data>;
  /** what the page is of, such as `bot` */
  noun: string;
  back: { to: string; label: string };
  /** why it may not be there, in a sentence or two */
  absent: string;
  waiting?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** The page of one thing; where it is not there, or could not be had, a page that says so and leads on. */
export function LoadedPage<Data>({ query, noun, back, absent, waiting, children }: LoadedPageProps<Data>) {
  const { error } = query;
  if (query.data !== undefined || !query.isError) return <Loaded query={query} waiting={waiting} children={children} />;
  const gone = error instanceof Problem && error.status === 404;
  return (
    <Page title={gone ? `No such ${noun}` : sentence(noun)} back={back}>
      <Card flush>
        {gone ? (
          <Empty
            icon={Compass}
            title={`There is no ${noun} at this address`}
            action={
              <Button asChild>
                <Link to={back.to}>See all {back.label.toLowerCase()}</Link>
              </Button>
            }
          >
            {absent}
          </Empty>
        ) : (
          <Failed error={error} retry={() => void query.refetch()} />
        )}
      </Card>
    </Page>
  );
}
