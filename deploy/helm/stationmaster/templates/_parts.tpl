{{- define "stationmaster.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "stationmaster.selector" -}}
app.kubernetes.io/name: stationmaster
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "stationmaster.labels" -}}
{{ include "stationmaster.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "stationmaster.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "stationmaster.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "stationmaster.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "stationmaster.environment" -}}
env:
  {{- range $name, $value := .Values.settings }}
  - name: {{ $name }}
    value: {{ $value | toString | quote }}
  {{- end }}
  - name: STATIONMASTER_DRAIN_SECONDS
    value: {{ .Values.drainSeconds | quote }}
  {{- if .Values.migrationJob.enabled }}
  - name: STATIONMASTER_MIGRATE
    value: "false"
  {{- end }}
envFrom:
  - secretRef:
      name: {{ .Values.secretName }}
{{- end }}

{{- define "stationmaster.volumes" -}}
- name: data
  emptyDir: {}
- name: tmp
  emptyDir: {}
{{- end }}

{{- define "stationmaster.mounts" -}}
- name: data
  mountPath: /data
- name: tmp
  mountPath: /tmp
{{- end }}
