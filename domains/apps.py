from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "domains"

    def ready(self) -> None:
        from core.metrics import collector_register
        from domains import messages, names_messages, workflow  # noqa: F401  (registers the room's sentences and run)
        from domains.acme import messages as acme_messages  # noqa: F401
        from domains.certificates import messages as certificate_messages  # noqa: F401
        from domains.certificates.metrics import CertificatesCollector
        from domains.dns import messages as dns_messages  # noqa: F401
        from domains.edge import messages as edge_messages  # noqa: F401

        collector_register(CertificatesCollector())
