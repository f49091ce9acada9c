using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Osi;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: none published; known from what controllers say. Inside COTP's data.
//
//   | 0x32 | ROSCTR | reserved (2) | reference (2) | length of parameters (2) | length of data (2) | in answers: error (2) | parameters | data

/// <summary>S7 communication: how programming devices and panels talk with Siemens' controllers.</summary>
public sealed class S7Comm() : Dissector("s7comm")
{
    const int ProtocolId = 0x32, HeaderLength = 10, ErrorLength = 2, Job = 1, Ack = 2, AckData = 3, UserData = 7;
    internal const int Setup = 0xf0, ReadVariables = 0x04, WriteVariables = 0x05, RequestDownload = 0x1a, DownloadBlock = 0x1b, DownloadEnded = 0x1c, StartUpload = 0x1d, Upload = 0x1e,
        EndUpload = 0x1f, ProgramInvocation = 0x28, Stop = 0x29, CpuServices = 0;

    internal static readonly Protocol P = new("S7 Communication", "S7COMM", "s7comm");
    static readonly ValueNames Kinds = ValueNames.Of(() => [(Job, "Job"), (Ack, "Ack"), (AckData, "Ack_Data"), (UserData, "Userdata")]);
    static readonly ValueNames ErrorClasses = ValueNames.Of(() => [
        (0x0, "No error"), (0x81, "Application relationship"), (0x82, "Object definition"), (0x83, "No resources available"),
        (0x84, "Error on service processing"), (0x85, "Error on supplies"), (0x87, "Access error")]);
    static readonly ValueNames Functions = ValueNames.Of(() => [
        (CpuServices, "CPU services"), (Setup, "Setup communication"), (ReadVariables, "Read Var"), (WriteVariables, "Write Var"),
        (RequestDownload, "Request download"), (DownloadBlock, "Download block"), (DownloadEnded, "Download ended"), (StartUpload, "Start upload"),
        (Upload, "Upload"), (EndUpload, "End upload"), (ProgramInvocation, "PI-Service"), (Stop, "PLC Stop")]);

    static readonly Field HeaderField = P.Label("s7comm.header", "Header", "This is the header of S7 communication");
    static readonly Field ErrorClass = P.UInt8("s7comm.header.errcls", "Error class", FieldBase.Hex, ErrorClasses);
    static readonly Field HeaderError = P.UInt8("s7comm.header.errcod", "Error code", FieldBase.Hex);
    internal static readonly Field ErrorCode = P.UInt16("s7comm.param.errcod", "Error code", FieldBase.Hex, ValueNames.Of(() => S7Names.Errors));
    static readonly Layout Header = new(
        P.UInt8("s7comm.header.protid", "Protocol Id", FieldBase.Hex, blurb: "Protocol Identification, 0x32 for S7"),
        P.UInt8("s7comm.header.rosctr", "ROSCTR", FieldBase.Dec, Kinds, blurb: "Remote Operating Service Control"),
        P.UInt16("s7comm.header.redid", "Redundancy Identification (Reserved)", FieldBase.Hex, blurb: "Redundancy Identification (Reserved), should be always 0x0000"),
        P.UInt16("s7comm.header.pduref", "Protocol Data Unit Reference"),
        P.UInt16("s7comm.header.parlg", "Parameter length", blurb: "Specifies the entire length of the parameter block in bytes"),
        P.UInt16("s7comm.header.datlg", "Data length", blurb: "Specifies the entire length of the data block in bytes"));

    internal static readonly Field ParameterField = P.Label("s7comm.param", "Parameter", "This is the parameter part of S7 communication");
    static readonly Field ParameterData = P.Bytes("s7comm.param.data", "Parameter data");
    static readonly Field Function = P.UInt8("s7comm.param.func", "Function", FieldBase.Hex, Functions, blurb: "Indicates the function of parameter/data");
    internal static readonly Field DataField = P.Label("s7comm.data", "Data", "This is the data part of S7 communication");
    static readonly Layout SetupRows = new(
        P.UInt8("s7comm.param.setup_reserved1", "Reserved", FieldBase.Hex),
        P.UInt16("s7comm.param.maxamq_calling", "Max AmQ (parallel jobs with ack) calling"),
        P.UInt16("s7comm.param.maxamq_called", "Max AmQ (parallel jobs with ack) called"),
        P.UInt16("s7comm.param.pdu_length", "PDU length", blurb: "Negotiated PDU length"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Cotp.Heuristics, Try);

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(S7Variables), typeof(S7Blocks), typeof(S7UserData), typeof(S7Szl)];

    bool Try(Packet p, in View v, Node parent) =>
        v.Captured >= HeaderLength && v.U8(0) == ProtocolId && v.U8(1) is Job or Ack or AckData or UserData && Dissect(p, v, parent) > 0;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int kind = v.U8(1), parameters = v.U16(6), data = v.U16(8), header = HeaderLength + (kind is Ack or AckData ? ErrorLength : 0);
        string name = Kinds.FindOr((uint)kind, "Unknown");
        p.SetProtocol("S7COMM");
        p.Info.Set($"ROSCTR:[{name}");
        p.Info.Append("        "u8[..Math.Max(0, 8 - name.Length)]);
        p.Info.Append("]"u8);
        var tree = p.Open(P, v, parent);
        var headerTree = p.Add(tree, HeaderField, v, 0, header);
        p.Label(headerTree, $"Header: ({name})");
        p.AddRows(headerTree, v, 0, Header);
        if (header > HeaderLength)
        {
            p.AddAll(headerTree, v, HeaderLength, ErrorClass, HeaderError);
            if (v.U16(HeaderLength) != 0)
            {
                p.Generated(p.Add(headerTree, ErrorCode, v, HeaderLength));
            }
        }

        int at = header;
        if (kind == UserData)
        {
            if (parameters > 0)
            {
                S7UserData.Dissect(p, v, tree, at, parameters, data);
            }
        }
        else if (kind is Job or AckData)
        {
            Request(p, v, tree, at, parameters, data, kind == Job);
        }

        if (header > HeaderLength && v.U16(HeaderLength) is not 0 and var error)
        {
            p.Info.Append($" -> Errorcode:[0x{error:x4}]");
        }

        return v.Reported;
    }

    static void Request(Packet p, in View v, Node tree, int at, int parameters, int data, bool isJob)
    {
        if (parameters == 0)
        {
            return;
        }

        int function = v.U8(at), dataAt = at + parameters;
        p.Info.Append(" Function:["u8);
        if (Functions.Find((uint)function) is { } name)
        {
            p.Info.Append($"{name}]");
        }
        else
        {
            p.Info.Append($"Unknown function: 0x{function:x2}]");
        }

        v.Ensure(at, parameters);
        var branch = p.Add(tree, ParameterField, v, at, parameters);
        if (Functions.Find((uint)function) is { } known)
        {
            p.Label(branch, $"Parameter: ({known})");
        }
        else
        {
            p.Label(branch, $"Parameter: (Unknown function: 0x{function:x2})");
        }

        p.Add(branch, Function, v, at++);
        switch (function)
        {
            case Setup:
                p.AddRows(branch, v, at, SetupRows);
                break;
            case ReadVariables or WriteVariables:
                S7Variables.Dissect(p, v, tree, branch, at, dataAt, data, isJob, function == ReadVariables);
                break;
            case >= RequestDownload and <= EndUpload:
                S7Blocks.Transfer(p, v, tree, branch, function, at, parameters - 1, data, isJob);
                break;
            case ProgramInvocation when isJob:
                S7Blocks.Invocation(p, v, branch, at);
                break;
            case Stop when isJob:
                S7Blocks.Stop(p, v, branch, at);
                break;
            case ProgramInvocation or Stop or CpuServices:
                break;
            default:
                if (parameters > 1)
                {
                    p.Add(branch, ParameterData, v, at, parameters - 1);
                }

                break;
        }
    }
}
