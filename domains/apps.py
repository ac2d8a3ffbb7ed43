from django.apps import AppConfig, apps


class DomainsConfig(AppConfig):
    name = "domains"

    def ready(self) -> None:
        from domains import messages, names_messages  # noqa: F401  (they register the room's sentences)
        from domains.acme import messages as acme_messages  # noqa: F401
        from domains.certificates import messages as certificate_messages  # noqa: F401
        from domains.dns import messages as dns_messages  # noqa: F401
        from domains.edge import messages as edge_messages  # noqa: F401

        if apps.is_installed("provisioning"):  # the portal runtime runs no work and counts no certificates
            self._work()

    def _work(self) -> None:
        from core.metrics import collector_register
        from domains import workflow  # noqa: F401  (registers the room's run)
        from domains.certificates.metrics import CertificatesCollector

        collector_register(CertificatesCollector())
