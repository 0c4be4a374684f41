"""The Helm chart: rendered by Helm itself, judged by Kubernetes' own schemas, and held to our rules."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings, variable

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "stationmaster"
EVERYTHING = {
    "networkPolicy": {"ingressFrom": [{"podSelector": {}}]},
    "ingress": {"enabled": True, "host": "bot.acme.example", "tlsSecretName": "tls", "className": "nginx"},
    "serviceMonitor": {"enabled": True},
    "settings": {"STATIONMASTER_WEB_URL": "https://bot.acme.example", "STATIONMASTER_CONCURRENCY": 8},
    "imagePullSecrets": [{"name": "registry"}],
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "bots", "operator": "Exists"}],
}
ALONE = {"replicas": 1, "migrationJob": {"enabled": False}, "networkPolicy": {"enabled": False}}
CASES: dict[str, dict[str, Any]] = {"defaults": {}, "everything": EVERYTHING, "alone": ALONE}


def rendered(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What Helm makes of the chart, by kind."""
    helm = pytest.importorskip("helm_python", reason="Helm is not here: pip install helm-python-sdk")
    found = helm.Chart.load(str(CHART)).render(values, name="demo", namespace="prod")
    documents = [yaml.safe_load(text) for text in found.values()]
    return {document["kind"]: document for document in documents if document}


def _pod(document: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = document["spec"]["template"]["spec"]
    return pod


@pytest.mark.parametrize("case", CASES)
def test_kubernetes_accepts_what_helm_renders(case: str) -> None:
    """Each object is valid by the strict schema of its kind; a ServiceMonitor is none of Kubernetes' own."""
    validate = pytest.importorskip("kubernetes_validate", reason="pip install kubernetes-validate")
    for kind, document in rendered(CASES[case]).items():
        if kind != "ServiceMonitor":
            validate.validate(document, "1.31", strict=True)


@pytest.mark.parametrize(
    ("case", "kinds"),
    [
        ("defaults", {"Deployment", "Job", "NetworkPolicy", "PodDisruptionBudget", "Service"}),
        (
            "everything",
            {
                "Deployment",
                "Ingress",
                "Job",
                "NetworkPolicy",
                "PodDisruptionBudget",
                "Service",
                "ServiceMonitor",
            },
        ),
        ("alone", {"Deployment", "Service"}),
    ],
)
def test_what_is_switched_off_is_not_there(case: str, kinds: set[str]) -> None:
    """One replica needs no disruption budget, which would only hold up a drain."""
    assert set(rendered(CASES[case])) == kinds


@pytest.mark.parametrize("kind", ["Deployment", "Job"])
def test_pods_may_do_little(kind: str) -> None:
    """No root, nothing to gain, nothing to write but two folders, no token of the cluster."""
    pod = _pod(rendered({})[kind])
    container = pod["containers"][0]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}  # noqa: S108 - a mount
    assert container["envFrom"] == [{"secretRef": {"name": "stationmaster"}}]
    assert container["resources"]["limits"]["memory"]


def test_the_job_migrates_and_the_bots_do_not() -> None:
    """Before an install and an upgrade, once; a bot on an older schema ends and is started again."""
    found = rendered({})
    assert found["Job"]["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert _pod(found["Job"])["containers"][0]["args"] == ["migrate"]
    env = {each["name"]: each["value"] for each in _pod(found["Deployment"])["containers"][0]["env"]}
    assert env["STATIONMASTER_MIGRATE"] == "false"
    alone = _pod(rendered(ALONE)["Deployment"])["containers"][0]["env"]
    assert "STATIONMASTER_MIGRATE" not in {each["name"] for each in alone}


def test_probes_ask_what_the_bot_answers_and_a_drain_has_its_time() -> None:
    """Liveness never asks for Slack or the database: a restart would mend neither."""
    pod = _pod(rendered({"drainSeconds": 50})["Deployment"])
    container = pod["containers"][0]
    paths = {
        name: container[name]["httpGet"]["path"]
        for name in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert paths == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    assert pod["terminationGracePeriodSeconds"] > 50


def test_selectors_meet_the_pods_of_the_deployment_and_not_the_job() -> None:
    """The service, the budget and the policy mean the bots."""
    found = rendered(EVERYTHING)
    labels = found["Deployment"]["spec"]["template"]["metadata"]["labels"]
    job = found["Job"]["spec"]["template"]["metadata"]["labels"]
    for selector in (
        found["Service"]["spec"]["selector"],
        found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        found["Deployment"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
        assert not selector.items() <= job.items()


def test_the_ingress_leads_to_nothing_internal() -> None:
    """Metrics and readiness are not for the world."""
    rules = rendered(EVERYTHING)["Ingress"]["spec"]["rules"]
    paths = [path["path"] for path in rules[0]["http"]["paths"]]
    assert paths == ["/slack/events", "/hooks", "/api/v1", "/connect", "/static", "/releases"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"replicas": 0},
        {"replcas": 2},
        {"settings": {"SLACK_BOT_TOKEN": "xoxb-1"}},
        {"ingress": {"enabled": True}},
        {"image": {"pullPolicy": "Sometimes"}},
    ],
    ids=["no-replica", "misspelled", "secret-as-setting", "no-host", "policy"],
)
def test_wrong_values_are_refused(wrong: dict[str, Any]) -> None:
    """By the schema of the values, before anything is installed."""
    helm = pytest.importorskip("helm_python", reason="Helm is not here: pip install helm-python-sdk")
    with pytest.raises(helm.HelmError):
        helm.Chart.load(str(CHART)).render(wrong, name="demo", namespace="prod")


def test_every_variable_is_one_that_is_read() -> None:
    """In the chart, the image, compose and the unit: a misspelled variable would be silently ignored."""
    known = {variable(name) for name in Settings.model_fields}
    for path in sorted((ROOT / "deploy").rglob("*")):
        if path.is_file():
            used = set(
                re.findall(r"\b(?:STATIONMASTER|SLACK)_[A-Z_]*[A-Z]\b|\bDATABASE_URL\b", path.read_text())
            )
            assert used <= known, (path.name, used - known)
