import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useIntl } from 'react-intl';
import { Link, Redirect } from 'react-router-dom';
import { Container as SemanticContainer } from 'semantic-ui-react';
import Icon from '@plone/volto/components/theme/Icon/Icon';
import Toolbar from '@plone/volto/components/manage/Toolbar/Toolbar';
import Helmet from '@plone/volto/helpers/Helmet/Helmet';
import { useClient } from '@plone/volto/hooks/client/useClient';
import backSVG from '@plone/volto/icons/back.svg';
import config from '@plone/volto/registry';
import { useMoved } from '../hooks';
import { contentPath } from '../urls';
import type { Failure } from '../reducer';
import '../theme/activity.css';

interface Props {
  id: string;
  pathname: string;
  heading: ReactNode;
  title: string;
  lead?: ReactNode;
  aside?: ReactNode;
  /** What the page shows as an error, and the context of Volto's server. */
  error?: Failure;
  staticContext?: { error_code?: number };
  children: ReactNode;
}

/**
 * A page of the add-on: heading, lead and, for members, the toolbar with a way back. Volto's server
 * responds with the status of the error, if there is one.
 */
export default function PageFrame(props: Props) {
  const intl = useIntl();
  const isClient = useClient();
  const moved = useMoved();
  const Container =
    config.getComponent({ name: 'Container' }).component || SemanticContainer;
  const back = intl.formatMessage({ id: 'Back', defaultMessage: 'Back' });
  if (moved) return <Redirect to={moved} />;
  if (props.error && props.staticContext)
    props.staticContext.error_code = props.error.status ?? 500;
  return (
    <Container id={props.id} className="view-wrapper activity-page">
      <Helmet title={props.title} />
      <header>
        {props.aside}
        <h1 className="documentFirstHeading">{props.heading}</h1>
        {props.lead && <p className="documentDescription">{props.lead}</p>}
      </header>
      {props.children}
      {isClient &&
        createPortal(
          <Toolbar
            pathname={props.pathname}
            hideDefaultViewButtons
            inner={
              <Link to={contentPath(props.pathname) || '/'} className="item">
                <Icon
                  name={backSVG}
                  className="contents circled"
                  size="30px"
                  title={back}
                />
              </Link>
            }
          />,
          document.getElementById('toolbar')!,
        )}
    </Container>
  );
}
