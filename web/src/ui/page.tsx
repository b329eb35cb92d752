import { ChevronLeft } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

interface PageProps {
  title: string;
  /** in the place of the title, where it is more than words */
  heading?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; label: string };
  children: ReactNode;
}

export function Page({ title, heading, about, actions, back, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Botswain`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-[88rem] px-4 py-5 sm:px-6 lg:px-8 lg:py-7">
      {back && (
        <Link to={back.to} className="mb-2 -ml-1 inline-flex items-center gap-1 rounded-md px-1 text-sm text-ink-3 hover:text-ink">
          <ChevronLeft className="size-4" aria-hidden />
          {back.label}
        </Link>
      )}
      <div className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{heading ?? title}</h1>
          {about && <div className="mt-1 max-w-2xl text-sm text-ink-3">{about}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
