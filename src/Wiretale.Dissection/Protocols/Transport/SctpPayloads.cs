using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport;

/// <summary>What SCTP carries (IANA "SCTP Payload Protocol Identifiers").</summary>
static class SctpPayloads
{
    /// <summary>Names of the identifiers.</summary>
    public static readonly ValueNames Names = ValueNames.Of(() => [
        (0, "not specified"), (1, "IUA"), (2, "M2UA"), (3, "M3UA"), (4, "SUA"), (5, "M2PA"), (6, "V5UA"), (7, "H.248/MEGACO"), (8, "BICC/Q.2150.3"),
        (9, "TALI"), (10, "DUA"), (11, "ASAP"), (12, "ENRP"), (13, "H.323"), (14, "Q.IPC/Q.2150.3"), (15, "SIMCO"), (16, "DDP Segment Chunk"),
        (17, "DDP Stream Session Control"), (18, "S1 Application Protocol (S1AP)"), (19, "RUA"), (20, "HNBAP"), (21, "ForCES-HP"), (22, "ForCES-MP"),
        (23, "ForCES-LP"), (24, "SBc-AP"), (25, "NBAP"), (26, "Unassigned"), (27, "X2AP"), (28, "IRCP"), (29, "LCS-AP"), (30, "MPICH2"), (31, "SABP"),
        (32, "Fractal Generator Protocol"), (33, "Ping Pong Protocol"), (34, "CalcApp Protocol"), (35, "Scripting Service Protocol"),
        (36, "NetPerfMeter Control"), (37, "NetPerfMeter Data"), (38, "Echo"), (39, "Discard"), (40, "Daytime"), (41, "Character Generator"),
        (42, "3GPP RNA"), (43, "3GPP M2AP"), (44, "3GPP M3AP"), (45, "SSH"), (46, "DIAMETER"), (47, "DIAMETER over DTLS"), (48, "R14P"),
        (49, "Generic Data Transfer Protocol (GDT)"), (50, "WebRTC Control"), (51, "WebRTC String"), (52, "WebRTC Binary Partial (Deprecated)"),
        (53, "WebRTC Binary"), (54, "WebRTC String Partial (Deprecated)"), (55, "3GPP PUA"), (56, "WebRTC String Empty"), (57, "WebRTC Binary Empty"),
        (58, "XwAP"), (59, "Xw - Control Plane"), (60, "NGAP"), (61, "XnAP"), (62, "F1 AP"), (65, "ELE2 Lawful Interception"), (66, "NGAP over DTLS"),
        (67, "XnAP over DTLS"), (68, "F1AP over DTLS"), (69, "E1AP over DTLS"), (70, "E2-CP"), (71, "E2-UP"), (72, "E2-DU"), (73, "W1AP")]);
}
