import { Redirect, useLocation } from 'react-router-dom';
import { VIEW } from '../urls';

/** From `view`, where links in emails and feeds to files and images lead, to the content. */
export default function ViewRedirect() {
  const { pathname, search, hash } = useLocation();
  return <Redirect to={`${pathname.replace(VIEW, '')}${search}${hash}`} />;
}
