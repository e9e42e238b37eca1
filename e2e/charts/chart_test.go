// Package charts renders the Helm chart and holds what comes out against the Kubernetes API.
package charts

import (
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	"sigs.k8s.io/yaml"
)

const chart = "../../charts/berth"

type kind struct {
	Kind string `json:"kind"`
}

// render gives the objects by kind; values are as after --set-json.
func render(t *testing.T, values string) (map[string][]string, error) {
	t.Helper()
	loaded, err := loader.Load(chart)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]interface{}{}
	if err := yaml.Unmarshal([]byte(values), &given); err != nil {
		t.Fatal(err)
	}
	options := chartutil.ReleaseOptions{Name: "b", Namespace: "kube-system", IsInstall: true}
	all, err := chartutil.ToRenderValues(loaded, given, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(loaded, all)
	if err != nil {
		return nil, err
	}
	objects := map[string][]string{}
	for _, file := range files {
		for _, document := range strings.Split("\n"+file, "\n---") {
			var its kind
			if strings.TrimSpace(document) == "" {
				continue
			}
			if err := yaml.Unmarshal([]byte(document), &its); err != nil {
				t.Fatalf("%v in\n%s", err, document)
			}
			if its.Kind != "" {
				objects[its.Kind] = append(objects[its.Kind], document)
			}
		}
	}
	return objects, nil
}

func rendered(t *testing.T, values string) map[string][]string {
	t.Helper()
	objects, err := render(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func read[T any](t *testing.T, document string) T {
	t.Helper()
	var object T
	if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	return object
}

func TestTheChartHasNoLint(t *testing.T) {
	for _, message := range lint.AllWithKubeVersion(chart, nil, "kube-system", nil).Messages {
		if message.Severity >= support.WarningSev {
			t.Error(message)
		}
	}
}

func TestTheInstallerTouchesLabelledNodesOneByOne(t *testing.T) {
	objects := rendered(t, "{}")
	if len(objects) != 2 { // the DaemonSet and the test's pod
		t.Errorf("kinds: %v", objects)
	}
	set := read[appsv1.DaemonSet](t, objects["DaemonSet"][0])
	if got := set.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable.IntValue(); got != 1 {
		t.Errorf("maxUnavailable %d", got)
	}
	pod := set.Spec.Template.Spec
	if pod.NodeSelector["berth.dev/install"] != "true" {
		t.Errorf("nodeSelector %v", pod.NodeSelector)
	}
	container := pod.Containers[0]
	if container.Args[0] != "install" || !*container.SecurityContext.Privileged {
		t.Errorf("container %v", container)
	}
	if container.ReadinessProbe.Exec == nil || container.Image != "berth-installer:0.1.0" {
		t.Errorf("container %v", container)
	}
	for key, value := range set.Spec.Selector.MatchLabels {
		if set.Spec.Template.Labels[key] != value {
			t.Errorf("label %s is not the template's", key)
		}
	}
	read[corev1.Pod](t, objects["Pod"][0])
}

func TestTheConfigurationReachesTheNode(t *testing.T) {
	objects := rendered(t, `config: "network.mode = \"cni\"\nlog.level = \"debug\"\n"`)
	its := read[corev1.ConfigMap](t, objects["ConfigMap"][0])
	if its.Data["config.toml"] != "network.mode = \"cni\"\nlog.level = \"debug\"\n" {
		t.Errorf("%q", its.Data["config.toml"])
	}
	set := read[appsv1.DaemonSet](t, objects["DaemonSet"][0])
	plain := read[appsv1.DaemonSet](t, rendered(t, "{}")["DaemonSet"][0])
	const key = "berth.dev/config"
	if set.Spec.Template.Annotations[key] == plain.Spec.Template.Annotations[key] {
		t.Error("another configuration makes no new pods")
	}
	mounts := set.Spec.Template.Spec.Containers[0].VolumeMounts
	if mounts[len(mounts)-1].MountPath != "/config" {
		t.Errorf("mounts %v", mounts)
	}
}

func TestRuntimeClassesAndMetrics(t *testing.T) {
	objects := rendered(t, `
runtimeClasses: [{name: berth, overhead: {memory: 1Mi}}]
metrics: {enabled: true, serviceMonitor: {enabled: true, labels: {release: p}}}
`)
	class := read[nodev1.RuntimeClass](t, objects["RuntimeClass"][0])
	if class.Handler != "berth" || class.Overhead.PodFixed.Memory().String() != "1Mi" {
		t.Errorf("%v", class)
	}
	if class.Scheduling.NodeSelector["berth.dev/install"] != "true" {
		t.Errorf("%v", class.Scheduling)
	}
	service := read[corev1.Service](t, objects["Service"][0])
	if service.Spec.Ports[0].Port != 9464 || service.Spec.ClusterIP != "None" {
		t.Errorf("%v", service.Spec)
	}
	if !strings.Contains(objects["ServiceMonitor"][0], "release: p") {
		t.Error(objects["ServiceMonitor"][0])
	}
}

func TestWrongValuesAreRefused(t *testing.T) {
	for _, values := range []string{
		"mode: purge",
		"maxUnavailable: 0",
		"nodeSelector: {berth.dev/install: null}",
		"nodeSelektor: {a: b}",
		"metrics: {port: 70000}",
		"runtimeClasses: [{name: Not_A_Name}]",
	} {
		if _, err := render(t, values); err == nil {
			t.Errorf("%s: accepted", values)
		}
	}
}

func TestRemoving(t *testing.T) {
	set := read[appsv1.DaemonSet](t, rendered(t, "mode: remove")["DaemonSet"][0])
	if set.Spec.Template.Spec.Containers[0].Args[0] != "remove" {
		t.Errorf("%v", set.Spec.Template.Spec.Containers[0].Args)
	}
}
