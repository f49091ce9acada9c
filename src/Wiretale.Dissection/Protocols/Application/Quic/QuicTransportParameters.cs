using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 18; RFC 9221 (max_datagram_frame_size), RFC 9287 (grease_quic_bit), RFC 9368 (version_information).
//
//   +--------------+----------------+----------
//   | type (1..8)  | length (1..8)  | value ...
//   +--------------+----------------+----------

/// <summary>Fields of transport parameters, which stand in an extension of TLS.</summary>
sealed class QuicParameterFields(Protocol p)
{
    public readonly Field Parameter = p.Label("tls.quic.parameter", "Parameter");
    public readonly Field Type = p.Field(FieldType.UInt64, "tls.quic.parameter.type", "Type", FieldBase.Custom);
    public readonly Field Length = p.UInt64("tls.quic.parameter.length", "Length");
    public readonly Field TotalLength = p.UInt16("tls.quic.len", "Parameters Length");
    public readonly Field OldLength = p.UInt16("tls.quic.parameter.lengt.old", "Length");
    public readonly Field Value = p.Bytes("tls.quic.parameter.value", "Value");
    public readonly Field OriginalDestination = p.Bytes("tls.quic.parameter.original_destination_connection_id", "original_destination_connection_id");
    public readonly Field IdleTimeout = p.UInt64("tls.quic.parameter.max_idle_timeout", "max_idle_timeout");
    public readonly Field ResetToken = p.Bytes("tls.quic.parameter.stateless_reset_token", "stateless_reset_token");
    public readonly Field PayloadSize = p.UInt64("tls.quic.parameter.max_udp_payload_size", "max_udp_payload_size");
    public readonly Field MaxData = p.UInt64("tls.quic.parameter.initial_max_data", "initial_max_data");
    public readonly Field BidiLocal = p.UInt64("tls.quic.parameter.initial_max_stream_data_bidi_local", "initial_max_stream_data_bidi_local");
    public readonly Field BidiRemote = p.UInt64("tls.quic.parameter.initial_max_stream_data_bidi_remote", "initial_max_stream_data_bidi_remote");
    public readonly Field Uni = p.UInt64("tls.quic.parameter.initial_max_stream_data_uni", "initial_max_stream_data_uni");
    public readonly Field StreamsBidi = p.UInt64("tls.quic.parameter.initial_max_streams_bidi", "initial_max_streams_bidi");
    public readonly Field StreamsUni = p.UInt64("tls.quic.parameter.initial_max_streams_uni", "initial_max_streams_uni");
    public readonly Field DelayExponent = p.UInt64("tls.quic.parameter.ack_delay_exponent", "ack_delay_exponent");
    public readonly Field MaxDelay = p.UInt64("tls.quic.parameter.max_ack_delay", "max_ack_delay");
    public readonly Field IdLimit = p.UInt64("tls.quic.parameter.active_connection_id_limit", "Active Connection ID Limit");
    public readonly Field InitialSource = p.Bytes("tls.quic.parameter.initial_source_connection_id", "Initial Source Connection ID");
    public readonly Field RetrySource = p.Bytes("tls.quic.parameter.retry_source_connection_id", "Retry Source Connection ID");
    public readonly Field DatagramSize = p.UInt64("tls.quic.parameter.max_datagram_frame_size", "max_datagram_frame_size");
    public readonly Field LossBits = p.UInt64("tls.quic.parameter.loss_bits", "loss_bits");
    public readonly Field MinDelay = p.UInt64("tls.quic.parameter.min_ack_delay", "min_ack_delay");
    public readonly Field UserAgent = p.String("tls.quic.parameter.google.user_agent", "Google UserAgent");
    public readonly Field InitialRtt = p.UInt64("tls.quic.parameter.google.initial_rtt", "Google Initial RTT");
    public readonly Field ConnectionOptions = p.Bytes("tls.quic.parameter.google.connection_options", "Google Connection options");
    public readonly Field ChosenVersion = p.UInt32("tls.quic.parameter.vi.chosen_version", "Chosen Version", FieldBase.Hex, QuicTransportParameters.Versions);
    public readonly Field OtherVersion = p.UInt32("tls.quic.parameter.vi.other_version", "Other Version", FieldBase.Hex, QuicTransportParameters.Versions);
}

/// <summary>The quic_transport_parameters extension.</summary>
static class QuicTransportParameters
{
    /// <summary>Number of the extension (RFC 9001 section 8.2), and that of the drafts.</summary>
    public const int Extension = 57, DraftExtension = 0xffa5;

    const ulong VersionInformation = 0x11, VersionInformationDraft = 0xff73db;

    /// <summary>Names of versions.</summary>
    public static readonly ValueNames Versions = ValueNames.Ranges(() => [.. Wiretale.Wire.QuicVersions.Names.Select(n => ((ulong)n.First, (ulong)n.Last, n.Name))]);

    static readonly ValueNames Names = ValueNames.Of(() => [(0x00, "original_destination_connection_id"), (0x01, "max_idle_timeout"), (0x02, "stateless_reset_token"),
        (0x03, "max_udp_payload_size"), (0x04, "initial_max_data"), (0x05, "initial_max_stream_data_bidi_local"), (0x06, "initial_max_stream_data_bidi_remote"),
        (0x07, "initial_max_stream_data_uni"), (0x08, "initial_max_streams_bidi"), (0x09, "initial_max_streams_uni"), (0x0a, "ack_delay_exponent"), (0x0b, "max_ack_delay"),
        (0x0c, "disable_active_migration"), (0x0d, "preferred_address"), (0x0e, "active_connection_id_limit"), (0x0f, "initial_source_connection_id"),
        (0x10, "retry_source_connection_id"), (0x20, "max_datagram_frame_size"), (0x1000, "cibir_encoding"), (0x1057, "loss_bits"), (0x2ab2, "grease_quic_bit"),
        (0x3127, "initial_rtt"), (0x3128, "google_connection_options"), (0x3129, "user_agent"), (0x4752, "google_version"), (VersionInformation, "version_information"),
        (VersionInformationDraft, "version_information_draft"), (0x7157, "enable_time_stamp"), (0x7158, "enable_time_stamp_v2"), (0xde1a, "min_ack_delay"), (0xff00, "facebook_partial_reliability")]);

    /// <summary>Every parameter.</summary>
    public static void Dissect(Packet p, in View v, Node node, QuicParameterFields f)
    {
        // Until draft 26 all numbers had two bytes, and the length of all stood before (draft-26 section 18).
        bool isOld = v.Reported >= 2 && v.U16(0) == v.Reported - 2;
        int at = 0;
        if (isOld)
        {
            p.Add(node, f.TotalLength, v, 0);
            at = 2;
        }

        while (at < v.Reported)
        {
            int start = at;
            ulong type = Number(v, ref at, isOld);
            int typeEnd = at;
            ulong length = Number(v, ref at, isOld);
            v.Ensure(at, (int)Math.Min(length, int.MaxValue));
            string name = type % 31 == 27 ? "GREASE" : Names.FindOr(type, "Unknown");
            var branch = p.Add(node, f.Parameter, v, start, at - start + (int)length);
            p.Label(branch, $"Parameter: {name} (len={length})");
            p.Label(p.AddUInt(branch, f.Type, v, start, typeEnd - start, type), $"Type: {name} (0x{type:x2})");
            p.AddUInt(branch, isOld ? f.OldLength : f.Length, v, typeEnd, at - typeEnd, length);
            p.Add(branch, f.Value, v, at, (int)length);
            Value(p, v.Part(at, (int)length), branch, type, f);
            at += (int)length;
        }
    }

    static ulong Number(in View v, ref int at, bool isOld)
    {
        if (!isOld)
        {
            return Quic.VarInt(v, ref at);
        }

        at += 2;
        return v.U16(at - 2);
    }

    static void Value(Packet p, in View v, Node node, ulong type, QuicParameterFields f)
    {
        var field = type switch
        {
            0x00 => f.OriginalDestination, 0x01 => f.IdleTimeout, 0x02 => f.ResetToken, 0x03 => f.PayloadSize, 0x04 => f.MaxData, 0x05 => f.BidiLocal, 0x06 => f.BidiRemote, 0x07 => f.Uni,
            0x08 => f.StreamsBidi, 0x09 => f.StreamsUni, 0x0a => f.DelayExponent, 0x0b => f.MaxDelay, 0x0e => f.IdLimit, 0x0f => f.InitialSource, 0x10 => f.RetrySource,
            0x20 => f.DatagramSize, 0x1057 => f.LossBits, 0xde1a => f.MinDelay, 0x3127 => f.InitialRtt, 0x3128 => f.ConnectionOptions, 0x3129 => f.UserAgent,
            _ => null,
        };
        if (field is null)
        {
            if (type is VersionInformation or VersionInformationDraft)
            {
                p.Add(node, f.ChosenVersion, v, 0);
                for (int at = 4; at + 4 <= v.Reported; at += 4)
                {
                    p.Add(node, f.OtherVersion, v, at);
                }
            }
        }
        else if (field.Type != FieldType.UInt64)
        {
            p.Add(node, field, v, 0, v.Captured);
        }
        else
        {
            int end = 0;
            ulong value = Quic.VarInt(v, ref end);
            p.AddUInt(node, field, v, 0, end, value);
            p.AppendLabel(node, $" {value}");
            if (type is 0x01)
            {
                p.AppendLabel(node, " ms");
            }
        }
    }
}
