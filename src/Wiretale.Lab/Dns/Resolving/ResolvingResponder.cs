using System.Net;
using System.Text;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Wire;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Answers what a resolver finds, to those for whom it is there.</summary>
/// <param name="teacher">Where each step is told, for those who want to learn from it.</param>
public sealed class ResolvingResponder(Resolver resolver, AllowedClients clients, ILog? teacher = null) : IDnsResponder
{
    /// <summary>Extended errors (RFC 8914 section 4).</summary>
    const ushort Prohibited = 18, NotSupported = 21, NoReachableAuthority = 22;

    /// <summary>RA, and TC in its byte of the header.</summary>
    const int RecursionAvailableFlag = 0x80, TruncatedFlag = 2;

    /// <summary>Longest explanation that is sent along.</summary>
    const int LongestText = 200;

    static readonly RecordType hinfo = new(DnsType.Hinfo);

    int number;

    /// <inheritdoc />
    /// <remarks>What is remembered, and nothing is to be told of, needs no waiting.</remarks>
    public int Answer(in DnsRequest request, Span<byte> response)
    {
        if (teacher is not null || request.IsTcp || !request.RecursionDesired || request.Class != RecordClass.IN || request.Type.IsMeta || !clients.Contains(new(request.Client)))
        {
            return IDnsResponder.Later;
        }

        var question = new DnsQuestion(DnsName.FromWire(request.Name), request.Type);
        if (resolver.Recall(question.Name, request.Type) is not { Why: null } finding)
        {
            return IDnsResponder.Later;
        }

        var message = new DnsMessage { Questions = { question } };
        Fill(message, finding);
        var writer = new DnsWriter(response.Length);
        message.Write(writer);
        if ((writer.Written[2] & TruncatedFlag) != 0)
        {
            return IDnsResponder.Later;
        }

        writer.Written.CopyTo(response);
        request.WriteHead(response, RecursionAvailableFlag | (int)finding.Code);
        DnsRequest.WriteCounts(response, message.Answers.Count, message.Authorities.Count, 0);
        return writer.Position;
    }

    /// <inheritdoc />
    public async ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop)
    {
        var response = query.Response();
        response.RecursionAvailable = true;
        var question = query.Questions[0];
        if (!clients.Contains(client.Address))
        {
            // Without a word more: the address may be that of somebody else.
            return Refuse(response, ResponseCode.Refused, Prohibited, "");
        }

        if (question.Class != RecordClass.IN)
        {
            return Refuse(response, ResponseCode.Refused, NotSupported, "only the class IN is known here");
        }

        if (question.Type == RecordType.ANY)
        {
            // Nobody needs all of it but who wants a long answer sent to somebody else (RFC 8482 section 4.2).
            response.Answers.Add(new(question.Name, 3600, RecordData.Parse(hinfo, "RFC8482 \"\"")));
            return response;
        }

        if (question.Type.IsMeta)
        {
            return Refuse(response, ResponseCode.NotImp, NotSupported, $"{question.Type} is not asked of a resolver");
        }

        // What is remembered here would tell who asked for what.
        if (!query.RecursionDesired)
        {
            return Refuse(response, ResponseCode.Refused, Prohibited, "without RD this server has nothing to say");
        }

        string prefix = teacher is null ? "" : $"#{Interlocked.Increment(ref number)} ";
        teacher?.Show($"{prefix}{client} asks for {question.Name} {question.Type}", Tone.Note);
        var finding = await resolver.ResolveAsync(question.Name, question.Type, teacher is null ? null : step => teacher.Show(prefix + step), stop);
        teacher?.Show($"{prefix}{client} is told: {finding.Code.Name()}, {finding.Records.Count} record{(finding.Records.Count == 1 ? "" : "s")}{(finding.IsFromCache ? ", all from the cache" : "")}", Tone.Good);
        Fill(response, finding);
        return finding.Why is { } why ? Refuse(response, finding.Code, NoReachableAuthority, why) : response;
    }

    static void Fill(DnsMessage response, Finding finding)
    {
        response.ResponseCode = finding.Code;

        // Others may have asked in other letters.
        var name = response.Questions[0].Name;
        response.Answers.AddRange(finding.Records.Select(record => record.Name == name ? record with { Name = name } : record));
        if (finding.Soa is { } soa)
        {
            response.Authorities.Add(soa);
        }
    }

    static DnsMessage Refuse(DnsMessage response, ResponseCode code, ushort extended, string why)
    {
        response.ResponseCode = code;
        byte[] text = Encoding.UTF8.GetBytes(why);
        response.Opt = new() { Options = [new(EdnsOption.ExtendedError, [(byte)(extended >> 8), (byte)extended, .. text.AsSpan(0, Math.Min(text.Length, LongestText))])] };
        return response;
    }
}
